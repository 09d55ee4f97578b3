"""Modules that have no build for WebAssembly: in the browser they stand before all others."""
