"""The example district in a database: built by the services, played, summed up, served."""
