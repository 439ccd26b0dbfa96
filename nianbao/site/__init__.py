"""The served site: pages of ours over the database, hosted by Datasette, which adds every table, view and prepared query as HTML, JSON and CSV."""
