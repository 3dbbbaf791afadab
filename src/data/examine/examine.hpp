// SPDX-License-Identifier: Apache-2.0
/// \file The data set's doctor: every picture decoded once, every label row checked, counted and judged.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "data/dataset_spec.hpp"

namespace yolo::data {

enum class Severity { note, warning, error };
const char* to_string(Severity severity);

struct Finding {
    Severity severity = Severity::note;  ///< error: a training would stop
    std::string kind;                    ///< equal for findings of one sort: "picture left out", ...
    std::string split;                   ///< "" = the data set as a whole
    std::string file;                    ///< "" = no single one
    int line = 0;                        ///< from 1; 0 = no single one
    std::string text;
};

struct ClassCount {
    std::size_t objects = 0, pictures = 0;
};

/// What a split holds; objects of pictures that are left out are not counted.
struct SplitFacts {
    std::string name;
    std::size_t pictures = 0;     ///< listed
    std::size_t usable = 0;       ///< what a training would read
    std::size_t backgrounds = 0;  ///< usable, without an object
    std::size_t missing = 0, empty = 0, corrupt_pictures = 0, corrupt_labels = 0;
    std::size_t label_rows = 0, bad_rows = 0, duplicate_rows = 0;
    std::size_t objects = 0, polygons = 0, most_objects = 0;
    std::vector<ClassCount> classes;
    std::map<std::pair<int, int>, std::size_t> sizes;  ///< pictures by width and height
    std::size_t tiny = 0;                              ///< boxes with a side under 2 pixels at imgsz
    std::size_t small = 0;                             ///< boxes with a side under 8 pixels at imgsz
    std::size_t outside = 0;                      ///< boxes that reach more than 1 % out of their picture
    std::size_t whole = 0;                        ///< boxes that fill their picture
    std::vector<std::size_t> keypoints_labelled;  ///< of each keypoint
};

struct ExamineOptions {
    int imgsz = 640;
    bool single_cls = false;
    int threads = 1;
    LogSink log;
    std::function<void(const std::string& split, std::size_t done, std::size_t total)> progress = {};
    std::function<bool()> cancelled = {};
};

struct Examination {
    std::vector<SplitFacts> splits;
    std::vector<Finding> findings;
    std::size_t count(Severity severity) const;
};

/// Throws nothing for what the files hold: all of it becomes findings.
Examination examine(const DatasetSpec& spec, const ExamineOptions& options);

}  // namespace yolo::data
