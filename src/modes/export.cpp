// SPDX-License-Identifier: Apache-2.0
/// \file `yolo export`: a model to files that other programs run.
#include <algorithm>
#include <chrono>
#include <map>
#include <optional>

#include <fmt/core.h>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>
#include <yolo/settings.hpp>
#include <yolo/version.hpp>

#include "checkpoint/checkpoint.hpp"
#include "core/files.hpp"
#include "core/rim.hpp"
#include "engines/exported/formats.hpp"
#include "engines/registry.hpp"
#include "inference/opened_model.hpp"
#include "modes/exporting/certificate.hpp"
#include "modes/exporting/foreign_file.hpp"
#include "modes/exporting/options.hpp"
#include "modes/exporting/quantizer.hpp"

namespace yolo {

namespace {

using namespace modes;
using exports::Format;
namespace fs = std::filesystem;

/// Where the model's file is; a description's export goes into the current folder. In save_dir it would lie
/// there.
fs::path place_of(const Config& config, const Settings& settings) {
    const fs::path file =
        checkpoint::find_weights(expand_home(config.text("model")).string(), settings.weights_dir);
    if (const std::string folder = config.text("save_dir"); !folder.empty()) {
        make_directories(folder);
        return fs::path(folder) / file.filename();
    }
    const std::string suffix = lower_suffix(file);
    if (suffix == "yaml" || suffix == "yml") return file.filename();
    return file;
}

fs::path target_of(const Format& format, const fs::path& model, const ExportOptions& options) {
    return model.parent_path() /
           (model.stem().string() + format.suffix_for(options.quantization, options.integer_io));
}

/// A file that an export would write into a folder.
bool is_file_of(const Format& format, const fs::directory_entry& entry, const std::string& stem) {
    const std::string name = entry.path().filename().string();
    return !entry.is_symlink() &&
           std::any_of(format.files.begin(), format.files.end(), [&](std::string_view file) {
               return file.starts_with('*') ? name == stem + std::string(file.substr(1)) : name == file;
           });
}

/// Written by an earlier export: it says so itself, and a folder holds nothing else. A link never is.
bool is_own(const Format& format, const fs::path& path, const std::string& stem) try {
    if (fs::is_symlink(path)) return false;
    if (fs::is_directory(path)) {
        for (const auto& entry : fs::directory_iterator(path))
            if (!is_file_of(format, entry, stem)) return false;
    }
    if (format.is_own != nullptr) return format.is_own(path);
    const engines::ExportedFormat* known = engines::format_of_name(path.filename().string());
    if (known == nullptr || known->name != format.name) return false;
    const engines::Metadata metadata = engines::open_exported(path, *known).metadata;
    const auto writer = metadata.find("version");
    return writer != metadata.end() && writer->second.starts_with(exports::writer_name);
} catch (const Error&) {
    return false;
}

/// Nothing is written over a file of somebody else's.
void refuse_foreign(const Format& format, const fs::path& path, const std::string& stem) {
    if (fs::exists(fs::symlink_status(path)) && !is_own(format, path, stem)) refuse_foreign_file(path);
}

/// The options that a format takes, with the values of this export.
Json arguments_of(const Format& format, const ExportOptions& options) {
    Json list = Json::object();
    for (const std::string_view key : format.options) {
        Json& value = list[std::string(key)];
        if (key == "batch") value = options.batch;
        if (key == "dynamic") value = options.dynamic;
        if (key == "optimize") value = options.optimize;
        if (key == "simplify") value = true;
        if (key == "head") value = options.raw_head ? "raw" : "decoded";
        if (key == "integer_io") value = options.integer_io;
        if (key == "layout") value = options.nchw_input ? "nchw" : "nhwc";
        if (key == "data") value = options.data.empty() ? Json() : Json(options.data);
        if (key == "fraction") value = options.fraction;
        if (key == "nms" && options.nms) value = true;
        if (key == "opset") value = options.opset ? Json(*options.opset) : Json();
        if (key == "quantize" && options.quantization != exports::Quantization::fp32)
            value = to_string(options.quantization);
    }
    if (!options.nms) return list;
    list["conf"] = Json::parse(fmt::format("{}", options.nms->conf));  // as it was typed
    list["iou"] = options.nms->iou;
    list["max_det"] = options.nms->max_det;
    list["agnostic_nms"] = options.nms->agnostic;
    return list;
}

/// The networks that the formats are written from, each made once.
class Networks {
  public:
    Networks(const checkpoint::Checkpoint& model, const ExportOptions& options)
        : inference_(graph::to_inference(model.graph, model.weights)), options_(options) {}

    const graph::Network& of(const Format& format) {
        std::optional<graph::Network>& network = networks_[format.layout];
        if (!network && options_.raw_head) {
            network = graph::raw_head(inference_);
        } else if (!network) {
            network = graph::expand_head(inference_,
                                         options_.dynamic ? std::nullopt : std::optional(options_.size));
            if (options_.nms) network = graph::suppress(*network, *options_.nms);
            if (format.layout == graph::Layout::nhwc) network = graph::to_nhwc(*network);
        }
        return *network;
    }
    const graph::Network& inference() const { return inference_; }

  private:
    graph::Network inference_;
    const ExportOptions& options_;
    std::map<graph::Layout, std::optional<graph::Network>> networks_;
};

/// What is there already is written anew.
void write(const Format& format, const exports::WriteRequest& request, const fs::path& path) {
    if (format.is_folder()) {
        fs::remove_all(path);
        make_directories(path);
    }
    format.write(request, path);
}

/// What was there goes when the new one is in its place.
void put_in_place(const fs::path& draft, const fs::path& path) {
    const FolderInWork old(path);
    if (fs::is_directory(path)) fs::rename(path, old.path() / path.filename());
    fs::rename(draft, path);
}

/// What is exported, and how.
struct Job {
    const checkpoint::Checkpoint& model;
    const ExportOptions& options;
    fs::path file;                   ///< of the model, or where it would be
    Quantizer* quantizer = nullptr;  ///< of int8 and w8a16
};

ExportedModel export_as(const Format& format, const Job& job, Networks& networks, Examiner& examiner) {
    const auto start = std::chrono::steady_clock::now();
    const checkpoint::Checkpoint& model = job.model;
    const ExportOptions& options = job.options;
    const fs::path& file = job.file;
    Quantizer* const quantizer = job.quantizer;
    const fs::path path = target_of(format, file, options);
    Json texts = model.metadata;
    for (const auto& [key, value] : options.own_texts.items()) texts[key] = value;
    exports::FileFacts facts = {.info = model.info,
                                .model = texts,
                                .head = model.graph.layers.empty() ? "" : model.graph.layers.back().type,
                                .size = options.size,
                                .batch = options.batch,
                                .arguments = arguments_of(format, options),
                                .now = exports::iso_now()};
    // Made beside and looked at there: in its place it is whole, checked, and says so.
    const FolderInWork work(path);
    const fs::path draft = work.path() / path.filename();
    const auto write_draft = [&] {
        const exports::Metadata metadata = exports::file_metadata(facts);
        write(format,
              {.network = networks.of(format),
               .metadata = metadata,
               .stem = file.stem().string(),
               .batch = options.batch,
               .quantization = options.quantization,
               .opset = options.opset,
               .nchw_input = options.nchw_input,
               .channels_last = options.optimize,
               .model = &model,
               .plan = quantizer == nullptr ? nullptr : &quantizer->plan(),
               .integer_io = options.integer_io},
              draft);
    };
    write_draft();
    Certificate certificate = Certificate::none("check=False");
    if (format.holds_weights_alone) {
        certificate = Certificate::none("it holds the weights themselves");
    } else if (options.check) {
        certificate = examiner.examine(format, draft);
    }
    if (certificate.checked()) facts.certificate = certificate.facts();
    if (quantizer != nullptr) facts.quantization = quantizer->facts(format, draft);
    if (!facts.certificate.is_null() || !facts.quantization.is_null()) write_draft();
    put_in_place(draft, path);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    ExportedModel exported = {std::string(format.name), path, bytes_of(path), seconds.count(), {}, {}};
    exported.not_checked = certificate.not_checked;
    if (certificate.checked()) exported.check = certificate.check;
    return exported;
}

void print_table(const std::vector<ExportedModel>& files, const LogSink& log) {
    constexpr const char* row = "{:<12} {:>10} {:>8} {:>13} {:>10}  {:<24} {}";
    log(LogLevel::info, fmt::format(row, "format", "size (MB)", "seconds", "largest error", "mean error",
                                    "checked by", "file"));
    for (const ExportedModel& file : files) {
        const auto error = [&](double ExportCheck::*value) {
            return file.check ? fmt::format("{:.1e}", (*file.check).*value) : "-";
        };
        log(LogLevel::info,
            fmt::format(row, file.format, fmt::format("{:.1f}", static_cast<double>(file.bytes) / 1e6),
                        fmt::format("{:.2f}", file.seconds), error(&ExportCheck::largest_error),
                        error(&ExportCheck::mean_error), file.check ? file.check->version : "not checked",
                        file.path.string()));
    }
    for (const ExportedModel& file : files)
        if (!file.check)
            log(LogLevel::info, fmt::format("{} is not checked: {}", file.format, file.not_checked));
}

/// What is to be typed next.
void print_commands(const ExportedModel& file, const Job& job, const LogSink& log) {
    const auto& engines = engines::engine_table();
    const auto runs = [&](const engines::EngineEntry& entry) { return entry.takes_kind(file.format); };
    const bool runs_here = exports::find_format(file.format).holds_weights_alone ||
                           std::any_of(engines.begin(), engines.end(), runs);
    if (!runs_here) return;
    const graph::InputSize size = job.options.size;
    const std::string imgsz = size.height == size.width ? std::to_string(size.height)
                                                        : fmt::format("{},{}", size.height, size.width);
    const std::string rest = fmt::format("model={} imgsz={}", shell_word(file.path), imgsz);
    log(LogLevel::info, fmt::format("    yolo predict {} source=...", rest));
    log(LogLevel::info, fmt::format("    yolo val {} data=...", rest));
}

}  // namespace

std::vector<ExportedModel> run_export(const Config& config, const CommandContext& context) try {
    const LogSink log = context.log ? context.log : [](LogLevel, std::string_view) {};
    if (config.text("model").empty()) throw UsageError("no model is given: write model=FILE.pt");
    const Settings settings = load_settings(log);
    const checkpoint::Checkpoint model =
        inference::open_checkpoint(config.text("model"), "export", settings, log);
    const ExportOptions options = export_options(config, model, log);
    Job job{model, options, place_of(config, settings)};
    for (const Format* format : options.formats)
        refuse_foreign(*format, target_of(*format, job.file, options), job.file.stem().string());

    const fs::path table = layer_table_of(job.file, options.quantization);
    if (exports::needs_plan(options.quantization)) refuse_foreign_table(table);

    log(LogLevel::info,
        fmt::format("yolo.cpp {}: {} ({}), input ({}, {}, {}, {}){}", version, job.file.string(),
                    to_string(model.info.task), options.batch, model.info.channels, options.size.height,
                    options.size.width, options.dynamic ? ", free sizes" : ""));
    Networks networks(model, options);
    Examiner examiner(model, options);
    std::optional<Quantizer> quantizer;
    if (exports::needs_plan(options.quantization))
        job.quantizer = &quantizer.emplace(config, model, networks.inference(), options, settings, context);
    std::vector<ExportedModel> files;
    for (const Format* format : options.formats) {
        if (context.progress) context.progress(fmt::format("{} ...", format->title));
        files.push_back(export_as(*format, job, networks, examiner));
        if (context.progress) context.progress("");
        if (context.cancelled && context.cancelled()) break;
    }
    print_table(files, log);
    if (quantizer) quantizer->finish(table, log);
    for (const ExportedModel& file : files) print_commands(file, job, log);
    return files;
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo
