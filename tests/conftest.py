"""What every suite may ask for. Knows the plugins of this folder; knows no test."""

pytest_plugins = (
    "longest_first",
    "one_thread",
    "fresh_records",
    "postgres_server",
    "two_databases",
    "running_service",
    "small_model",
    "nginx_server",
    "haproxy_server",
)
