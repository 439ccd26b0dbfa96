"""Test portals of the platforms: real HTTP servers on loopback addresses of their own, written from what is described of the platforms.

What a crawl finds on them says nothing about live portals.
"""
