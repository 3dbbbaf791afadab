// SPDX-License-Identifier: Apache-2.0
#include "evaluation/classes.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "data/class_match.hpp"

namespace yolo::evaluation {

namespace {

using data::ClassMatch;
using Texts = std::vector<std::string>;

/// "person, car, bus and 5 more".
std::string shortened(const Texts& names) {
    constexpr std::size_t shown = 5;
    if (names.size() <= shown + 1) return fmt::format("{}", fmt::join(names, ", "));
    return fmt::format("{} and {} more", fmt::join(names.begin(), names.begin() + shown, ", "),
                       names.size() - shown);
}

Texts chosen(const Texts& names, const std::vector<int>& classes) {
    Texts texts;
    for (const int id : classes) texts.push_back(names.at(static_cast<std::size_t>(id)));
    return texts;
}

/// "2 of its 5 classes", "its class".
std::string some_of(std::size_t count, std::size_t all) {
    return all == 1       ? "the class"
           : count == all ? fmt::format("all {} classes", all)
                          : fmt::format("{} of the {} classes", count, all);
}

/// Tells what a match means.
class MatchReport {
  public:
    MatchReport(const ModelInfo& info, const data::DatasetSpec& spec, const ClassMatch& match,
                const LogSink& log)
        : model_(*info.names),
          set_(*spec.names),
          file_(spec.file.string()),
          classify_(spec.task == Task::classify),
          match_(match),
          log_(log) {}

    void no_common_name() const {
        log_(
            LogLevel::warning,
            fmt::format("no class of '{}' ({}) has the name of one of the model's ({}): they are compared by "
                        "number, which is right only if equal numbers mean the same (match=number says so)",
                        file_, shortened(set_), shortened(model_)));
    }

    void names() const {
        if (match_.other_order && match_.unknown.empty() && match_.left_out.empty()) {
            log_(LogLevel::info,
                 fmt::format("the model and '{}' have the same classes in another order: they are matched by "
                             "name",
                             file_));
        }
        if (!match_.other_words.empty()) {
            Texts pairs;
            for (const int id : match_.other_words) {
                const auto model = static_cast<std::size_t>(id);
                const auto set = static_cast<std::size_t>(match_.set_class[model]);
                pairs.push_back(fmt::format("'{}' and '{}'", model_[model], set_[set]));
            }
            log_(LogLevel::info, fmt::format("taken as the same class: {}", shortened(pairs)));
        }
    }

    void differences() const {
        const std::size_t unknown = match_.unknown.size(), left_out = match_.left_out.size();
        if (unknown > 0) {
            log_(LogLevel::warning,
                 fmt::format("the model does not have {} of '{}' ({}): {} {} count as {}",
                             some_of(unknown, set_.size()), file_, shortened(chosen(set_, match_.unknown)),
                             unknown == 1 ? "its" : "their", classify_ ? "pictures" : "labels",
                             classify_ ? "wrong" : "missed"));
        }
        if (left_out > 0) {
            log_(LogLevel::warning,
                 fmt::format("'{}' does not have {} of the model ({}): {} {} is {}", file_,
                             some_of(left_out, model_.size()), shortened(chosen(model_, match_.left_out)),
                             classify_ ? "a picture that is taken for" : "what is found of",
                             left_out == 1 ? "it"
                             : classify_   ? "one of them"
                                           : "them",
                             classify_ ? "wrong" : "left out"));
        }
    }

  private:
    const Texts& model_;
    const Texts& set_;
    const std::string file_;
    const bool classify_;
    const ClassMatch& match_;
    const LogSink& log_;
};

/// detect, segment, pose, obb: everything is in the data set's numbers.
JudgedClasses numbered_as_set(const ClassMatch& match, const data::DatasetSpec& spec) {
    JudgedClasses classes{spec.names, {}};
    if (match.other_order || !match.left_out.empty()) classes.of_network = match.set_class;
    return classes;
}

/// classify: a probability for each class of the model; what it does not know comes behind.
JudgedClasses numbered_as_model(const ClassMatch& match, const ModelInfo& info,
                                const data::DatasetSpec& spec) {
    Texts names = *info.names;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (match.set_class[i] >= 0) names[i] = spec.names->at(static_cast<std::size_t>(match.set_class[i]));
    }
    for (const int id : match.unknown) names.push_back(spec.names->at(static_cast<std::size_t>(id)));
    return {std::make_shared<const Texts>(std::move(names)), {}};
}

JudgedClasses judged(const ClassMatch& match, const ModelInfo& info, const data::DatasetSpec& spec) {
    return spec.task == Task::classify ? numbered_as_model(match, info, spec) : numbered_as_set(match, spec);
}

}  // namespace

JudgedClasses own_classes(const ModelInfo& info, const data::DatasetSpec& spec) {
    const auto model = static_cast<std::size_t>(info.class_count());
    return judged(data::match_class_numbers(model, spec.names->size()), info, spec);
}

JudgedClasses judged_classes(const Config& config, const ModelInfo& info, const data::DatasetSpec& spec,
                             const LogSink& log) {
    const bool forced = config.text("match") == "number";
    if (config.flag("single_cls") && spec.task != Task::classify)  // the data set's one class, then
        return {std::make_shared<const Texts>(Texts{"item"}), {}};
    const ClassMatch match = forced ? data::match_class_numbers(info.names->size(), spec.names->size())
                                    : data::match_classes(*info.names, *spec.names);
    const MatchReport report(info, spec, match, log);
    if (match.basis == ClassMatch::Basis::nothing) report.no_common_name();
    if (match.basis == ClassMatch::Basis::names) report.names();
    report.differences();
    return judged(match, info, spec);
}

data::DatasetSpec numbered_as(data::DatasetSpec spec, const JudgedClasses& classes) {
    if (spec.task == Task::classify) spec.names = classes.names;
    return spec;
}

}  // namespace yolo::evaluation
