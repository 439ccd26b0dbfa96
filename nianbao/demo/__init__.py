"""Two demonstration portals: real HTTP servers on this machine whose pages are shaped like real ones and whose figures are generated."""
