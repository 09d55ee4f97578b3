"""What goes over the wire, in and out. An input schema is never the parent of an output one."""
