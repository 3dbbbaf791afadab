// SPDX-License-Identifier: Apache-2.0
/// \file yolo_row: the process of one row of `yolo benchmark`. Not for people: it takes its request from
/// standard input and gives the answer to descriptor 3.
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "modes/benchmarking/row_job.hpp"

int main() try { return yolo::modes::serve_row(); } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
