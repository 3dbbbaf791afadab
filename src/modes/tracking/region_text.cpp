// SPDX-License-Identifier: Apache-2.0
#include "modes/tracking/region_text.hpp"

#include <cmath>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/csv.hpp"

namespace yolo::modes {

namespace {

std::string class_name(int class_id, const Names& names) {
    const bool known = names && class_id >= 0 && static_cast<std::size_t>(class_id) < names->size();
    return known ? (*names)[static_cast<std::size_t>(class_id)] : std::to_string(class_id);
}

/// None where there are no classes (given detections).
std::span<const RegionTally> by_class(const RegionCounts& counts, const Names& names) {
    if (!names) return {};
    return counts.classes;
}

/// Seconds with three decimals.
double rounded(double seconds) {
    return std::round(seconds * 1000) / 1000;
}

/// What is not zero: "2 in, 1 out".
std::string tally_text(const RegionTally& tally) {
    std::vector<std::string> parts;
    if (tally.inside > 0) parts.push_back(fmt::format("{} inside", tally.inside));
    if (tally.in > 0) parts.push_back(fmt::format("{} in", tally.in));
    if (tally.out > 0) parts.push_back(fmt::format("{} out", tally.out));
    if (parts.empty() && tally.visits > 0)
        parts.push_back(fmt::format("{} visit{}", tally.visits, tally.visits == 1 ? "" : "s"));
    return fmt::format("{}", fmt::join(parts, ", "));
}

Json tally_json(const RegionTally& tally, bool is_line) {
    Json json = {{"in", tally.in}, {"out", tally.out}};
    if (!is_line) {
        json["inside"] = tally.inside;
        json["visits"] = tally.visits;
    }
    return json;
}

Json region_json(const RegionCounts& counts, const Names& names) {
    Json json = {{"name", counts.name}};
    json.update(tally_json(counts.all, counts.is_line()));
    Json classes = Json::object();
    for (const RegionTally& tally : by_class(counts, names))
        classes[class_name(tally.class_id, names)] = tally_json(tally, counts.is_line());
    json["classes"] = std::move(classes);
    if (counts.is_line()) return json;
    json["mean_seconds"] = rounded(counts.mean_seconds);
    json["longest_seconds"] = rounded(counts.longest_seconds);
    Json visitors = Json::array();
    for (const Visitor& visitor : counts.visitors) {
        Json row = {{"track_id", visitor.track_id}};
        if (names) row["name"] = class_name(visitor.class_id, names);
        row["seconds"] = rounded(visitor.seconds);
        visitors.push_back(std::move(row));
    }
    json["visitors"] = std::move(visitors);
    return json;
}

std::string csv_row(const std::string& source, const RegionCounts& counts, const std::string& name,
                    const RegionTally& tally) {
    std::string row = fmt::format("{},{},{},{},{},{}", csv_cell(source), csv_cell(counts.name),
                                  counts.is_line() ? "line" : "area", csv_cell(name), tally.in, tally.out);
    if (counts.is_line()) return row + ",,,,\n";
    row += fmt::format(",{},{}", tally.inside, tally.visits);
    return row + (tally.class_id < 0
                      ? fmt::format(",{:.3f},{:.3f}\n", counts.mean_seconds, counts.longest_seconds)
                      : ",,\n");
}

}  // namespace

std::string region_label(const RegionCounts& counts) {
    return fmt::format("{}: {}{} in, {} out", counts.name,
                       counts.is_line() ? "" : fmt::format("{} inside, ", counts.all.inside), counts.all.in,
                       counts.all.out);
}

std::string region_summary(const RegionCounts& counts, const Names& names) {
    std::string text = region_label(counts);
    std::vector<std::string> classes;
    for (const RegionTally& tally : by_class(counts, names)) {
        const std::string part = tally_text(tally);
        if (!part.empty()) classes.push_back(class_name(tally.class_id, names) + " " + part);
    }
    if (!classes.empty()) text += fmt::format(" ({})", fmt::join(classes, "; "));
    if (counts.all.visits > 0)
        text += fmt::format("; {} visit{}, {:.1f} s in the mean, {:.1f} s at most", counts.all.visits,
                            counts.all.visits == 1 ? "" : "s", counts.mean_seconds, counts.longest_seconds);
    return text;
}

Json regions_json(const std::vector<RegionCounts>& regions, const Names& names) {
    Json json = Json::array();
    for (const RegionCounts& counts : regions) json.push_back(region_json(counts, names));
    return json;
}

std::string counts_csv_header() {
    return "source,region,kind,class,in,out,inside,visits,mean_seconds,longest_seconds\n";
}

std::string counts_csv_rows(const std::string& source, const RegionCounts& counts, const Names& names) {
    std::string rows = csv_row(source, counts, "all", counts.all);
    for (const RegionTally& tally : by_class(counts, names))
        rows += csv_row(source, counts, class_name(tally.class_id, names), tally);
    return rows;
}

}  // namespace yolo::modes
