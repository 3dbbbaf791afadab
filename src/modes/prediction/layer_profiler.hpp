// SPDX-License-Identifier: Apache-2.0
/// \file profile=True: what the layers of the engine cpu take, as a table and as a trace.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "engines/profile.hpp"

namespace yolo::modes {

/// All runs of one layer, the warm-ups left out.
struct LayerSum {
    engines::ProfiledLayer layer;  ///< the first one seen
    bool several_shapes = false;   ///< its output was not always of that shape
    double seconds = 0, flops = 0;
    double peak = 0;  ///< operations that the machine could have done meanwhile

    double gflops_per_second() const { return seconds > 0 ? flops / seconds / 1e9 : 0; }
    double share_of_peak() const { return peak > 0 ? flops / peak : 0; }
};

/// Whole runs.
struct WholeRuns {
    int count = 0;
    double sum = 0, fastest = 0, slowest = 0;  ///< seconds

    void add(double seconds) {
        fastest = count == 0 ? seconds : std::min(fastest, seconds);
        slowest = std::max(slowest, seconds);
        sum += seconds;
        ++count;
    }
    double mean() const { return count > 0 ? sum / count : 0; }
};

/// What a profile has taken so far.
struct ProfileSums {
    std::vector<LayerSum> layers;  ///< in the order of execution
    WholeRuns runs, warm_ups;
    engines::ProfiledMachine machine;  ///< of the last run
};

/// Sums the runs of all threads, and keeps the first ones for the trace: memory stays flat. The first run of
/// an input size on a thread is a warm-up.
class LayerProfiler : public engines::LayerProfile {
  public:
    struct TracedRun {
        engines::LayerRun run;
        int thread = 0;        ///< from 1, in the order of their first runs
        bool warm_up = false;  ///< the first of these layers on this thread
    };

    /// `traced`: how many runs are kept, the warm-ups not counted.
    explicit LayerProfiler(int traced = 100) : most_traced_(traced) {}

    void add(engines::LayerRun run) override;

    ProfileSums sums() const;
    std::vector<TracedRun> traced() const;

  private:
    using Key = std::pair<std::string, std::string>;  // name and op

    int thread_number();
    void add_to_layers(const engines::LayerRun& run);

    const int most_traced_;
    mutable std::mutex mutex_;
    ProfileSums sums_;
    std::map<Key, std::size_t> rows_;
    std::map<std::thread::id, int> threads_;
    std::set<std::pair<int, std::shared_ptr<const engines::ProfiledLayers>>> warm_;  ///< thread and layers
    std::vector<TracedRun> traced_;
};

/// The table: slowest layers first, the rest and all of them summed, then what a run takes.
std::vector<std::string> profile_table(const ProfileSums& sums, std::size_t rows = 20);

}  // namespace yolo::modes
