"""Failover, for real: a cluster on loopback, people who write, and machines that fall (``make failover``)."""
