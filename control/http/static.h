// SPDX-License-Identifier: BSD-3-Clause
// The files of the GUI: from disk, pre-compressed, with an ETag; its own paths get index.html.
//
// Shape:   "/x" is <web_dir>/x, or x.br or x.gz beside it when the browser takes it.  A name that
//          bundlers gave a hash ("main-4XKQ7P2A.js") may be kept for a year, all else is asked
//          for again each time.  A path without a dot in its last part is the GUI's own.
// Threads: the loop's thread; the files are small and in the page cache.
// Errors:  without web_dir, a page that says how to build the GUI.

#pragma once

struct http_request;

// `raw_path` begins with '/', has no query and is not decoded.
void static_answer(struct http_request *r, const char *web_dir, const char *raw_path);
// By the end of its name.
const char *static_type(const char *path);
