// SPDX-License-Identifier: Apache-2.0
#include "modes/prediction/layer_profiler.hpp"

#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace yolo::modes {

namespace {

double layer_seconds(engines::LayerRun::Time begin, engines::LayerRun::Time end) {
    return std::chrono::duration<double>(end - begin).count();
}

std::string table_row(double share, double milliseconds, const LayerSum& sum, double runs,
                      const std::string& output, const std::string& op, const std::string& name) {
    const bool counts = sum.flops > 0;
    return fmt::format("{:6.1f} % {:9.3f} {:>9} {:>9} {:>8}  {:<16} {:<24} {}", 100 * share, milliseconds,
                       counts ? fmt::format("{:.3f}", sum.flops / runs / 1e9) : "-",
                       counts ? fmt::format("{:.1f}", sum.gflops_per_second()) : "-",
                       counts ? fmt::format("{:.1f} %", 100 * sum.share_of_peak()) : "-", output, op, name);
}

LayerSum sum_of(const std::vector<LayerSum>& layers) {
    LayerSum all;
    for (const LayerSum& one : layers) {
        all.seconds += one.seconds;
        all.flops += one.flops;
        all.peak += one.peak;
    }
    return all;
}

std::string times_line(const ProfileSums& sums) {
    std::string line = fmt::format("A run takes {:.2f} ms on average ({:.2f} to {:.2f} ms)",
                                   1e3 * sums.runs.mean(), 1e3 * sums.runs.fastest, 1e3 * sums.runs.slowest);
    if (sums.warm_ups.count > 0)
        line += fmt::format("; the first of each size and thread, apart: {:.2f} ms on average",
                            1e3 * sums.warm_ups.mean());
    return line;
}

}  // namespace

int LayerProfiler::thread_number() {
    return threads_.try_emplace(std::this_thread::get_id(), static_cast<int>(threads_.size()) + 1)
        .first->second;
}

void LayerProfiler::add_to_layers(const engines::LayerRun& run) {
    for (std::size_t i = 0; i < run.layers->size(); ++i) {
        const engines::ProfiledLayer& layer = (*run.layers)[i];
        const auto [found, added] = rows_.try_emplace({layer.name, layer.op}, sums_.layers.size());
        if (added) sums_.layers.push_back({.layer = layer});
        LayerSum& sum = sums_.layers[found->second];
        const double seconds = layer_seconds(run.times[i], run.times[i + 1]);
        sum.several_shapes = sum.several_shapes || sum.layer.output != layer.output;
        sum.seconds += seconds;
        sum.flops += static_cast<double>(layer.flops);
        sum.peak += seconds * run.machine.peak_flops;
    }
}

void LayerProfiler::add(engines::LayerRun run) {
    const std::lock_guard lock(mutex_);
    const int thread = thread_number();
    const bool warm_up = warm_.emplace(thread, run.layers).second;
    WholeRuns& times = warm_up ? sums_.warm_ups : sums_.runs;
    times.add(layer_seconds(run.times.front(), run.times.back()));
    if (!warm_up) add_to_layers(run);
    sums_.machine = run.machine;
    if (times.count <= most_traced_) traced_.push_back({std::move(run), thread, warm_up});
}

ProfileSums LayerProfiler::sums() const {
    const std::lock_guard lock(mutex_);
    return sums_;
}

std::vector<LayerProfiler::TracedRun> LayerProfiler::traced() const {
    const std::lock_guard lock(mutex_);
    return traced_;
}

std::vector<std::string> profile_table(const ProfileSums& sums, std::size_t rows) {
    if (sums.runs.count == 0) return {"No layer was measured: the network did not run"};
    std::vector<LayerSum> layers = sums.layers;
    std::ranges::stable_sort(layers, std::greater(), &LayerSum::seconds);
    const LayerSum all = sum_of(layers);
    const double runs = sums.runs.count;
    const auto line = [&](const LayerSum& sum, const std::string& output, const std::string& op,
                          const std::string& name) {
        return table_row(all.seconds > 0 ? sum.seconds / all.seconds : 0, 1e3 * sum.seconds / runs, sum, runs,
                         output, op, name);
    };
    std::vector<std::string> lines = {fmt::format("{:>8} {:>9} {:>9} {:>9} {:>8}  {:<16} {:<24} {}", "share",
                                                  "ms", "GFLOP", "GFLOP/s", "of peak", "output", "op",
                                                  "layer")};
    // One more would take as much room as the line of the rest.
    const std::size_t shown = layers.size() <= rows + 1 ? layers.size() : rows;
    for (std::size_t i = 0; i < shown; ++i) {
        const LayerSum& sum = layers[i];
        const std::string output =
            sum.several_shapes ? std::string("several") : fmt::format("{}", fmt::join(sum.layer.output, "x"));
        lines.push_back(line(sum, output, sum.layer.op, sum.layer.name));
    }
    const std::vector<LayerSum> rest(layers.begin() + static_cast<std::ptrdiff_t>(shown), layers.end());
    if (!rest.empty()) lines.push_back(line(sum_of(rest), "", "", fmt::format("{} others", rest.size())));
    lines.push_back(line(all, "", "",
                         fmt::format("all {}, mean of {} run{}", layers.size(), sums.runs.count,
                                     sums.runs.count == 1 ? "" : "s")));
    lines.push_back(times_line(sums));
    return lines;
}

}  // namespace yolo::modes
