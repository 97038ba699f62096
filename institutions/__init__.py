"""Who is regulated: the registry of monitoring institutions and what is known of each."""
