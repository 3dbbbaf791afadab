// SPDX-License-Identifier: Apache-2.0
#include "run.hpp"

int main(int argc, char** argv) {
    return yolo::cli::run({argv + (argc > 0 ? 1 : 0), argv + argc});
}
