// SPDX-License-Identifier: Apache-2.0
#include "modes/benchmarking/plan.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>

#include "core/near_miss.hpp"
#include "modes/exporting/options.hpp"
#include "options/device.hpp"

namespace yolo::modes {

namespace {

using engines::EngineEntry;
using engines::EngineTable;

/// Computes each layer as plainly as it can, to compare with: nobody waits for it unasked.
constexpr std::string_view plain_engine = "reference";

bool is_own_name(std::string_view word) {
    constexpr std::array names = {"pytorch", "pt", "-"};
    return std::find(names.begin(), names.end(), word) != names.end();
}

std::vector<std::string> asked_names(const Config& config) {
    std::vector<std::string> names;
    for (const std::string& word : format_words(config.text("format"))) {
        if (word == "all") {
            names.emplace_back(own_format);
            for (const exports::Format& format : exports::formats()) names.emplace_back(format.name);
        } else if (is_own_name(word)) {
            names.emplace_back(own_format);
        } else {
            names.emplace_back(exports::find_format(word).name);
        }
    }
    if (names.empty())
        throw UsageError(fmt::format("no format is given: write format=NAME; there are: {}, {}, and all",
                                     own_format,
                                     exports::format_names([](const exports::Format&) { return true; })));
    std::vector<std::string> once;
    for (std::string& name : names)
        if (std::find(once.begin(), once.end(), name) == once.end()) once.push_back(std::move(name));
    return once;
}

/// A checkpoint's format holds a network that our own engines run.
std::string kind_of_format(const std::string& name) {
    if (name == own_format) return std::string(engines::network_kind);
    return exports::find_format(name).holds_weights_alone ? std::string(engines::network_kind) : name;
}

void check_engine(const std::string& named, const EngineTable& engines) {
    if (named.empty()) return;
    const auto same = [&](const EngineEntry& entry) { return entry.name == named; };
    if (std::any_of(engines.begin(), engines.end(), same)) return;
    std::vector<std::string_view> names;
    for (const EngineEntry& entry : engines) names.push_back(entry.name);
    throw UsageError(fmt::format("engine={} is unknown: there are {}{}", named, fmt::join(names, ", "),
                                 did_you_mean(near_misses(named, names))));
}

/// The engines of a kind that were asked for, by what else their files need; those that are not here only as
/// a reason.
class Engines {
  public:
    Engines(const Config& config, bool is_file, const Json& probed, const EngineTable& table)
        : named_(config.given("engine") ? named_engine(config) : ""),
          device_(compute_on(config.text("device"), "", false).device),
          opset_given_(config.given("opset")),
          is_file_(is_file),
          plain_(!config.flag("nms") && (config.text("quantize").empty() || config.text("quantize") == "32")),
          probed_(probed),
          table_(table) {
        check_engine(named_, table);
    }

    std::vector<PlannedFile> files(const std::string& format, const std::string& kind) const {
        std::vector<PlannedFile> files = {{.format = format, .kind = kind}};
        std::vector<std::string> reasons;
        for (const EngineEntry& entry : table_) {
            if (!wanted(entry, kind)) continue;
            const Json state = probed_.value(entry.name, Json::object());
            if (state.contains("missing")) {
                reasons.push_back(state["missing"].get<std::string>());
            } else if (entry.only_named && !plain_ && !is_file_) {
                reasons.push_back(
                    fmt::format("{} reads files of 32 bits without suppression alone", entry.purpose));
            } else if (!entry.computes_on(device_)) {
                reasons.push_back(fmt::format("{} does not compute on {}", entry.purpose, device_));
            } else {
                of(files, format, kind, needs(entry)).engines.push_back(entry.name);
            }
        }
        if (files.front().engines.empty() && files.size() > 1) files.erase(files.begin());
        if (files.front().engines.empty())
            files.front().no_engine = !reasons.empty() ? fmt::format("{}", fmt::join(reasons, "; "))
                                      : named_.empty()
                                          ? "no engine here runs this format"
                                          : fmt::format("engine={} does not run this format", named_);
        return files;
    }

    const std::string& named() const { return named_; }

  private:
    bool plain() const { return plain_ && !is_file_; }

    bool wanted(const EngineEntry& entry, const std::string& kind) const {
        if (!entry.takes_kind(kind)) return false;
        if (named_.empty() && entry.only_named && !plain()) return false;
        return named_.empty() ? entry.name != plain_engine : entry.name == named_;
    }

    std::map<std::string, Value> needs(const EngineEntry& entry) const {
        return opset_given_ ? std::map<std::string, Value>() : needed_by(entry);
    }

    static PlannedFile& of(std::vector<PlannedFile>& files, const std::string& format,
                           const std::string& kind, const std::map<std::string, Value>& with) {
        for (PlannedFile& file : files)
            if (file.export_with == with) return file;
        return files.emplace_back(PlannedFile{.format = format, .kind = kind, .export_with = with});
    }

    const std::string named_, device_;
    const bool opset_given_;
    const bool is_file_;
    const bool plain_;  ///< files in 32 bits without suppression, which every engine reads
    const Json& probed_;
    const EngineTable& table_;
};

}  // namespace

std::map<std::string, Value> needed_by(const EngineEntry& entry) {
    if (entry.name == "opencv") return {{"opset", std::int64_t{12}}};
    return {};
}

std::vector<PlannedFile> plan_files(const Config& config, const inference::OpenedModel& model,
                                    const Json& probed, const EngineTable& engines) {
    const Engines choice(config, model.file.has_value(), probed, engines);
    std::vector<PlannedFile> plan;
    if (model.file) {  // it is what it is
        const std::vector<std::string> asked =
            config.given("format") ? asked_names(config) : std::vector<std::string>();
        const bool fits = asked.empty() || config.text("format") == "all" ||
                          std::find(asked.begin(), asked.end(), model.file->format) != asked.end();
        if (!fits)
            throw UsageError(
                fmt::format("'{}' is a file of the format {}, from which no other is made: leave format= "
                            "out, or give the checkpoint that it was exported from",
                            model.file->path.string(), model.file->format));
        plan = choice.files(model.file->format, model.file->format);
    } else {
        for (const std::string& name : asked_names(config)) {
            for (PlannedFile& file : choice.files(name, kind_of_format(name)))
                plan.push_back(std::move(file));
        }
    }
    const auto runs = [](const PlannedFile& file) { return !file.engines.empty(); };
    if (!choice.named().empty() && std::none_of(plan.begin(), plan.end(), runs))
        throw UsageError(
            fmt::format("engine={} runs none of these formats: {}", choice.named(), plan.front().no_engine));
    return plan;
}

}  // namespace yolo::modes
