// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "run.hpp"

int main(int argc, char** argv) {
    // Threads that wait for each other at the end of a layer soon sleep instead of spinning for milliseconds:
    // on a busy machine predictions are five times faster. OpenMP reads it when the CPU engine is loaded.
    if (std::getenv("OMP_WAIT_POLICY") == nullptr) setenv("GOMP_SPINCOUNT", "2000", 0);
    // Seconds: how long Ctrl-C waits for a camera that never sends its first frame.
    setenv("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "1", 0);
    return yolo::cli::run({argv + (argc > 0 ? 1 : 0), argv + argc});
}
