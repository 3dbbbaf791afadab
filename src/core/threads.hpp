// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace yolo {

/// Processors this process may use: its affinity mask, limited by the cgroup's CPU quota (rounded up), at
/// least 1.
int usable_processors();

/// Threads for computing: `requested` if positive, else OMP_NUM_THREADS if set, else usable_processors().
int compute_threads(int requested);

}  // namespace yolo
