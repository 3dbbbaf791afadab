// SPDX-License-Identifier: Apache-2.0
#include "modes/batch_choice.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/memory.hpp"

namespace yolo::modes {

namespace {

constexpr double share_of_automatic = 0.6;
constexpr double most_pictures = 1024;
constexpr int probed_pictures = 4;

/// "13 MB", "1.2 GB".
std::string size_text(double bytes) {
    constexpr double mega = 1e6, giga = 1e9;
    return bytes < giga ? fmt::format("{:.0f} MB", bytes / mega) : fmt::format("{:.1f} GB", bytes / giga);
}

}  // namespace

std::optional<double> memory_share(const Config& config) {
    const double batch = config.number("batch");
    if (batch == -1) return share_of_automatic;
    if (batch > 0 && batch < 1) return batch;
    constexpr double most = 1e6;
    if (batch < 1 || batch > most || batch != std::floor(batch))
        throw UsageError(
            fmt::format("batch={} is not possible: it is a whole number from 1 to a million, a share of "
                        "memory (0.7), or -1 (60 % of memory)",
                        to_string(config.get("batch"))));
    return std::nullopt;
}

int batch_size(const Config& config) {
    return static_cast<int>(config.number("batch"));
}

void add_waiting_batches(BatchProbes& probes, int side, int channels, int workers) {
    if (probes.small.bytes <= 0 || probes.large.bytes <= 0) return;                   // not measured
    const double each = static_cast<double>(side) * side * channels * (workers + 2);  // data/loader.hpp
    for (BatchProbe* probe : {&probes.small, &probes.large}) probe->bytes += each * probe->pictures;
}

std::string memory_place(const std::string& device) {
    if (device != "cpu") return "free on " + device;
    return memory_room().limited ? "left of this container's limit" : "free on this machine";
}

int second_probe(int most, double held, double first_bytes, double free) {
    constexpr double safe = 0.9;
    const int wanted = std::min(probed_pictures, most);
    const double each = std::max(first_bytes - held, 0.0);
    return (wanted - 1) * each < safe * free ? wanted : 1;
}

BatchChoice batch_that_fits(const BatchProbes& probes, double share) {
    const int more = probes.large.pictures - probes.small.pictures;
    const double each = more > 0 ? (probes.large.bytes - probes.small.bytes) / more : 0;
    if (more == 0 && probes.most > 1)
        return {probes.small.pictures,
                fmt::format("that alone takes {} of the {} {}", size_text(probes.small.bytes),
                            size_text(probes.usable), probes.where)};
    if (more == 0) return {1, "there is one picture"};
    if (each <= 0) return {std::min(16, probes.most), "what a picture takes could not be measured here"};
    const double base = probes.small.bytes - each * probes.small.pictures;
    const double fitting = std::floor((probes.usable * share - base) / each);
    const int chosen =
        static_cast<int>(std::clamp(fitting, 1.0, std::min<double>(most_pictures, probes.most)));
    const std::string took = fmt::format("{} and {} a picture, of {} {}", size_text(std::max(base, 0.0)),
                                         size_text(each), size_text(probes.usable), probes.where);
    if (fitting < 1)
        return {1, fmt::format("even one does not fit into {:.0f} % of memory ({})", 100 * share, took)};
    if (chosen == probes.most) return {chosen, fmt::format("all pictures that there are fit ({})", took)};
    if (fitting > most_pictures) return {chosen, fmt::format("more would fit, and gain nothing ({})", took)};
    return {chosen, fmt::format("as many as fit into {:.0f} % of memory ({})", 100 * share, took)};
}

}  // namespace yolo::modes
