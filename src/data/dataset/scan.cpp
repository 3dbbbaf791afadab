// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/scan.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/parallel.hpp"
#include "data/dataset/verify.hpp"

namespace yolo::data {

namespace {

/// Pictures whose results are held at a time before they go into the index.
constexpr std::size_t block_size = 4096;

void count(const Verified& verified, DatasetSummary& summary) {
    if (verified.corrupt) ++summary.corrupt;
    summary.duplicates += verified.duplicates;
    if (!verified.message.empty()) summary.messages.push_back(verified.message);
    if (!verified.labels_read) return;
    if (verified.state == Verified::State::missing) ++summary.missing;
    if (verified.state != Verified::State::missing) ++summary.found;
    if (verified.state == Verified::State::empty) ++summary.empty;
}

void end_if_cancelled(const DatasetOptions& options, std::size_t pictures) {
    if (!options.cancelled || !options.cancelled()) return;
    if (options.progress) options.progress(pictures, pictures);  // takes its line away
    throw Cancelled(
        fmt::format("the verification of {} pictures was ended: nothing of it is kept", pictures));
}

struct Scanned {
    LabelIndexBuilder builder;
    DatasetSummary summary;
    std::string first_boxes;  ///< label file of the first picture whose labels are boxes without polygons
};

Scanned look_at_files(std::span<const SplitPicture> pictures, const LabelRules& rules,
                      const DatasetOptions& options) {
    Scanned scanned{LabelIndexBuilder(rules.task == Task::pose ? rules.kpt_shape[0] : 0), {}, {}};
    scanned.summary.pictures = pictures.size();
    std::vector<Verified> block;
    for (std::size_t first = 0; first < pictures.size(); first += block_size) {
        const auto part = pictures.subspan(first, std::min(block_size, pictures.size() - first));
        block.assign(part.size(), {});
        end_if_cancelled(options, pictures.size());
        const auto tick = [&](std::size_t done) {
            if (options.progress) options.progress(first + done, pictures.size());
            end_if_cancelled(options, pictures.size());
        };
        parallel_for(
            part.size(), options.threads,
            [&](std::size_t i) { block[i] = verify(part[i].path, part[i].label_file, rules); }, tick);
        for (std::size_t i = 0; i < part.size(); ++i) {
            Verified& verified = block[i];
            if (part[i].class_id >= 0) {
                verified.labels.classes = {part[i].class_id};
                verified.state = Verified::State::found;
            }
            count(verified, scanned.summary);
            const bool boxes =
                !verified.corrupt && verified.labels.size() > 0 && verified.labels.polygons.empty();
            if (boxes && scanned.first_boxes.empty()) scanned.first_boxes = part[i].label_file;
            if (!verified.corrupt) scanned.builder.add(part[i].path, verified.size, verified.labels);
        }
    }
    return scanned;
}

/// The task's objects all have polygons, or boxes are all that is kept.
void check_polygons(Scanned& scanned, Task task) {
    const std::size_t objects = scanned.builder.objects(), polygons = scanned.builder.polygons();
    if ((task == Task::segment || task == Task::obb) && polygons != objects) {
        throw Error(fmt::format(
            "{} of {} labels are boxes without {}, the first in '{}', which {} needs for every object: train "
            "detect with them, or label them anew",
            objects - polygons, objects, task == Task::obb ? "corners" : "polygons", scanned.first_boxes,
            to_string(task)));
    }
    if (!scanned.builder.drop_mixed_polygons()) return;
    scanned.summary.messages.push_back(fmt::format(
        "{} of {} labels have polygons and the others do not: only boxes are used", polygons, objects));
}

/// False, with one warning, when the file cannot be written: the next run looks at every file again.
bool write_cache(const std::filesystem::path& file, std::span<const std::byte> block, const LogSink& log) {
    try {
        write_block(file, block);
        return true;
    } catch (const Error& error) {
        if (log) {
            log(LogLevel::warning, fmt::format("the label cache is not kept, so the next run checks every "
                                               "picture again: {}",
                                               error.what()));
        }
        return false;
    }
}

}  // namespace

std::shared_ptr<const LabelIndex> scan(std::span<const SplitPicture> pictures, const LabelRules& rules,
                                       const ScanOptions& options) {
    const DatasetOptions& dataset = *options.dataset;
    const std::uint64_t key = cache_key(pictures, rules);
    if (auto index = read_cache(options.cache_file, key)) return index;
    std::vector<std::byte> block;
    {
        Scanned scanned = look_at_files(pictures, rules, dataset);
        check_polygons(scanned, rules.task);
        block = scanned.builder.finish(key, scanned.summary);
    }
    const bool written = dataset.write_cache && write_cache(options.cache_file, block, dataset.log);
    return written && pictures.size() > mapped_from ? open_written(options.cache_file, key, std::move(block))
                                                    : open_block(std::move(block), key);
}

}  // namespace yolo::data
