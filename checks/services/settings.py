"""How the PostgreSQL of the checks is set: quick, quiet, the same on every machine."""

# Nothing here has to survive a power cut, so nothing waits for the disk. Background work that
# would make two runs differ (autovacuum, parallel plans, jit) is off.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",
    "password_encryption": "scram-sha-256",
    # The passwords are long and random: stretching them would only make each login slower.
    "scram_iterations": "1",
    # An app may open 60 of them, and 100 are reserved for the administrator: no app locks it out.
    "max_connections": "600",
    "superuser_reserved_connections": "100",
    "shared_buffers": "32MB",
    # What no database counts and all of them share is bounded by itself: the log of changes, and
    # notifications that a listener in a transaction does not fetch. No transaction outlives its
    # session, no program but this server reads the log.
    "max_wal_size": "64MB",
    "min_wal_size": "32MB",
    "wal_keep_size": "0",
    "checkpoint_completion_target": "0",
    "checkpoint_warning": "0",
    "max_notify_queue_pages": "2048",  # of 8 KiB
    "max_prepared_transactions": "0",
    "max_replication_slots": "0",
    # Segments are files of the data directory, and gone with it when the server is killed.
    "dynamic_shared_memory_type": "mmap",
    # For each session; the harness looks at the sum.
    "temp_file_limit": "128MB",
    # The statement of an app that was killed ends too, before it fills the disk.
    "client_connection_check_interval": "1s",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "io_method": "sync",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_destination": "jsonlog",
    "logging_collector": "on",
    "log_filename": "postgresql-%Y%m%d-%H%M%S.log",
    "log_rotation_size": "16MB",
    "log_rotation_age": "0",
    "log_statement": "none",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
}
