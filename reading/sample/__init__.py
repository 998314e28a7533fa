"""The sample city: a believable city drawn from a seed, to look around in and to test with."""
