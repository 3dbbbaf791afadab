// SPDX-License-Identifier: Apache-2.0
#include "modes/exporting/quantizer.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "engines/registry.hpp"
#include "export/common/calibration.hpp"
#include "inference/value_pass.hpp"
#include "modes/exporting/foreign_file.hpp"

namespace yolo::modes {

namespace {

constexpr std::size_t enough_pictures = 300, pictures_of_table = 4, layers_in_log = 3;

void tell(const CommandContext& context, LogLevel level, const std::string& line) {
    if (context.log) context.log(level, line);
}

/// "Calibrating: 34/72, 12 s left"
std::function<void(std::size_t, std::size_t)> progress_of(const CommandContext& context) {
    if (!context.progress) return {};
    return [&context, start = std::chrono::steady_clock::now()](std::size_t done, std::size_t all) {
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
        const double left = spent.count() / static_cast<double>(done) * static_cast<double>(all - done);
        context.progress(done < all ? fmt::format("Calibrating: {}/{}, {:.0f} s left", done, all, left) : "");
    };
}

/// Each layer of the table runs in an engine of its own: several at a time, a thread each.
exports::RunLayer prepared(graph::Network layer) {
    const std::shared_ptr<engines::Engine> engine =
        engines::make_engine("cpu", std::move(layer), {.threads = 1});
    return [engine](const Tensor& input) {
        return engine->run({input, engines::Batch::Layout::nchw_rgb}).at(0);
    };
}

}  // namespace

Quantizer::Quantizer(const Config& config, const checkpoint::Checkpoint& model, const graph::Network& network,
                     const ExportOptions& options, const Settings& settings, const CommandContext& context)
    : options_(options),
      context_(context),
      pictures_(export_pictures(config, model, options, settings, context)),
      plan_(calibrated(network)),
      layers_(measured_layers(network)),
      judge_(model, options, pictures_, context) {}

exports::QuantizationPlan Quantizer::calibrated(const graph::Network& network) const {
    const std::size_t count = pictures_.dataset->size();
    if (count < enough_pictures)
        tell(context_, LogLevel::warning,
             fmt::format("calibration has {} pictures: {} or more are advised", count, enough_pictures));
    exports::Calibration calibration(
        network,
        {.observer = options_.observer, .wide = options_.quantization == exports::Quantization::w8a16});
    const std::size_t seen =
        inference::show_values(network, pictures_.dataset, pictures_.loader,
                               {.values = calibration.values(),
                                .see = [&](std::size_t i, const Tensor& map) { calibration.see(i, map); },
                                .progress = progress_of(context_),
                                .cancelled = context_.cancelled,
                                .threads = options_.threads});
    tell(context_, LogLevel::info,
         fmt::format("calibrated ({}) with {} pictures of {}", to_string(options_.observer), seen,
                     pictures_.dataset->spec().file.string()));
    return calibration.plan();
}

std::vector<exports::LayerNoiseRow> Quantizer::measured_layers(const graph::Network& network) const {
    exports::LayerNoise noise(network, plan_, prepared);
    inference::show_values(network, pictures_.dataset, pictures_.loader,
                           {.values = noise.values(),
                            .see = [&](std::size_t i, const Tensor& input) { noise.see(i, input); },
                            .cancelled = context_.cancelled,
                            .most_pictures = pictures_of_table,
                            .threads = options_.threads});
    return noise.rows();
}

std::optional<MetricLoss> Quantizer::judge(const exports::Format& format, const std::filesystem::path& file) {
    if (!options_.quantize_floor) return std::nullopt;
    const MetricLoss loss = judge_.judge(format, file);
    if (loss.loss() <= *options_.quantize_floor) return loss;
    throw Error(
        fmt::format("{}: 8 bits lose too much: {}, and quantize_floor={} is allowed; nothing is written. Try "
                    "more pictures "
                    "(data, fraction), another calibrator (minmax, percentile, entropy) or half=True; the "
                    "worst layers are "
                    "{}; quantize_floor=1 would write it all the same",
                    format.title, loss.text(), *options_.quantize_floor, worst_layers(layers_)));
}

Json Quantizer::facts(const exports::Format& format, const std::filesystem::path& file) {
    Json facts = {{"calibrator", to_string(options_.observer)},
                  {"data", pictures_.dataset->spec().file.string()},
                  {"pictures", pictures_.dataset->size()}};
    const std::optional<MetricLoss> loss = judge(format, file);
    if (!loss) return facts;
    facts["loss"] = loss->facts();
    lines_.push_back(fmt::format("{}: {}", format.title, loss->text()));
    return facts;
}

void Quantizer::finish(const std::filesystem::path& table, const LogSink& log) const {
    write_file(table, as_csv(layers_));
    for (const std::string& line : lines_) log(LogLevel::info, line);
    log(LogLevel::info, fmt::format("layers: {} (the worst: {})", table.string(), worst_layers(layers_)));
}

std::filesystem::path layer_table_of(const std::filesystem::path& model, exports::Quantization quantization) {
    const char* bits =
        quantization == exports::Quantization::int8 ? "int8" : exports::to_string(quantization);
    return model.parent_path() / fmt::format("{}_{}_layers.csv", model.stem().string(), bits);
}

void refuse_foreign_table(const std::filesystem::path& table) {
    if (!std::filesystem::exists(std::filesystem::symlink_status(table))) return;
    if (std::filesystem::is_regular_file(table) && read_text(table).starts_with(exports::csv_header)) return;
    refuse_foreign_file(table);
}

std::string worst_layers(std::vector<exports::LayerNoiseRow> rows) {
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.signal_to_noise < b.signal_to_noise; });
    rows.resize(std::min(rows.size(), layers_in_log));
    std::vector<std::string> texts;
    for (const auto& row : rows) texts.push_back(fmt::format("{} {:.1f} dB", row.name, row.signal_to_noise));
    return fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace yolo::modes
