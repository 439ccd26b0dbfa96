"""Everything that touches portals: the registry, platforms, polite fetching, the crawl state and the WARC archive."""
