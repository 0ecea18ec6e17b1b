// SPDX-License-Identifier: BSD-3-Clause
// Texts that are JSON and texts that are none.

#pragma once

#include <stddef.h>

// A text with its length, because some hold a NUL.
#define T(s)                                                                                       \
	{ s, sizeof(s) - 1 }

struct text {
	const char *bytes;
	size_t length;
};

static const struct text good[] = {
	T("{}"),
	T("[]"),
	T("{\"a\":1}"),
	T(" \t\r\n{ \"a\" : [ 1 , 2 ] }\n"),
	T("[1,-0,0.5,1e5,1E+5,1e-5,-12.25e2]"),
	T("[true,false,null]"),
	T("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"]"),
	T("[\"\\ud83d\\ude00\"]"),
	T("[\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"]"),
	T("{\"a\":{\"b\":{\"c\":[[[]]]}}}"),
	T("{\"a\":1,\"a\":2}"), // by grammar; json_parse refuses it
	T("[123456789012345678901234567890]"),
	T("[1e999]"),
	T("12"),
	T("\"bare\""),
};

static const struct text bad[] = {
	// Structure.
	T(""),
	T(" "),
	T("{}{}"),
	T("[][]"),
	T("{} x"),
	T("[1]2"),
	T("{\"a\":1,}"),
	T("[1,]"),
	T("[,1]"),
	T("{,}"),
	T("{,\"a\":1}"),
	T(",{}"),
	T("{},"),
	T(":{}"),
	T("{}:"),
	T("[1 2]"),
	T("[1,,2]"),
	T("{\"a\":1 \"b\":2}"),
	T("{\"a\":1,,\"b\":2}"),
	T("{\"a\"}"),
	T("{\"a\":}"),
	T("{\"a\" \"b\"}"),
	T("{\"a\"::1}"),
	T("{\"a\"::::1}"),
	T("{\"a\":1:2}"),
	T("{:1}"),
	T("[\"a\":1]"),
	T("[{}{}]"),
	T("[{} {}]"),
	T("{\"a\":{} \"b\":{}}"),
	T("{1:2}"),
	T("{a:1}"),
	T("{'a':1}"),
	T("{null:1}"),
	T("{[]:1}"),
	T("{{}:1}"),
	T("["),
	T("{"),
	T("]"),
	T("}"),
	T("[}"),
	T("{]"),
	T("[[]"),
	T("{\"a\":[}"),
	T("{\"a\":1]"),
	// Primitives.
	T("[tru]"),
	T("[truex]"),
	T("[True]"),
	T("[nul]"),
	T("[thanx]"),
	T("[f00]"),
	T("[-]"),
	T("[-Infinity]"),
	T("[NaN]"),
	T("[01]"),
	T("[-01]"),
	T("[1.]"),
	T("[.5]"),
	T("[1e]"),
	T("[1e+]"),
	T("[0x10]"),
	T("[+1]"),
	T("[1-2]"),
	T("[1a]"),
	T("[1\"b\"]"),
	T("[1.2.3]"),
	T("[1/* no */]"),
	// Strings.
	T("[\"a]"),
	T("[\"\\x\"]"),
	T("[\"\\u12\"]"),
	T("[\"\\u12g4\"]"),
	T("[\"a\nb\"]"),
	T("[\"a\x01z\"]"),
	T("[\"\xc0\xaf\"]"), // overlong
	T("[\"\xed\xa0\x80\"]"), // a surrogate
	T("[\"\xf4\x90\x80\x80\"]"), // above U+10FFFF
	T("[\"\x80\"]"),
	T("[\"\\ud800\"]"),
	T("[\"\\udc00\"]"),
	T("[\"\\u0000\"]"),
	// Input.
	T("{}\0"),
	T("\xef\xbb\xbf{}"),
};
