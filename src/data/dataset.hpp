// SPDX-License-Identifier: Apache-2.0
/// \file One split of a data set, verified: the pictures that can be used and their labels in a compact
/// index.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <yolo/log.hpp>

#include "data/dataset_spec.hpp"
#include "data/labels.hpp"

namespace yolo::data {

struct DatasetOptions {
    std::string split = "train";
    bool training = true;           ///< a split without one label is an error
    bool single_cls = false;        ///< every object is of class 0
    std::vector<int> classes = {};  ///< only labels of these classes; empty = all
    double fraction = 1;            ///< share (<= 1) or count (> 1) of the sorted pictures
    int threads = 1;
    bool write_cache = true;  ///< remember the verification beside the labels
    /// Told about every tenth of a second while pictures are verified; from the caller's thread.
    std::function<void(std::size_t done, std::size_t total)> progress = {};
    std::function<bool()> cancelled = {};  ///< asked as often: true ends the verification with Cancelled
    LogSink log = {};
};

/// What verification found.
struct DatasetSummary {
    std::size_t pictures = 0;            ///< listed
    std::size_t found = 0;               ///< label files, the empty ones too
    std::size_t missing = 0, empty = 0;  ///< pictures without label file, with one that says nothing
    std::size_t corrupt = 0;             ///< pictures that were left out
    std::size_t duplicates = 0;          ///< rows taken out
    std::vector<std::string> messages;   ///< one sentence per picture that was dropped or repaired
};

/// Read-only; every function may be called from several threads. Labels past `mapped_from` pictures lie in a
/// mapped file, so that memory does not grow with the data set.
class Dataset {
  public:
    virtual ~Dataset() = default;
    virtual const DatasetSpec& spec() const = 0;
    virtual const DatasetSummary& summary() const = 0;
    virtual std::size_t size() const = 0;
    virtual std::filesystem::path picture(std::size_t index) const = 0;
    virtual Size picture_size(std::size_t index) const = 0;  ///< upright (EXIF applied)
    virtual Labels labels(std::size_t index) const = 0;      ///< classify: one class, no boxes
    virtual bool has_polygons() const = 0;
    virtual std::size_t most_objects() const = 0;  ///< in one picture
};

/// Throws Error when the split is not named, not there or has no picture: quick, so that every split that
/// will be used is checked before the first is verified.
void check_split(const DatasetSpec& spec, const std::string& split);

/// Lists and verifies a split (or reads the cache of that). Prints `N images, M backgrounds, C corrupt`.
/// Throws Error when nothing can be used, Cancelled.
std::shared_ptr<const Dataset> open_dataset(const DatasetSpec& spec, const DatasetOptions& options);

}  // namespace yolo::data
