// SPDX-License-Identifier: Apache-2.0
#include "train/optimizer_choice.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>

namespace yolo::train {

namespace {

constexpr std::array optimizer_names = std::to_array<std::string_view>(
    {"SGD", "MuSGD", "Adam", "Adamax", "AdamW", "NAdam", "RAdam", "RMSProp", "auto"});

bool equal_but_for_case(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char x, char y) { return lower(x) == lower(y); });
}

/// As decimals are written: a product with 1e6 would make ties of numbers that are none.
double rounded_to_millionths(double value) {
    const std::string text = fmt::format("{:.6f}", value);
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

std::string optimizer_name(std::string_view given) {
    const auto found = std::ranges::find_if(
        optimizer_names, [given](std::string_view name) { return equal_but_for_case(name, given); });
    if (found == optimizer_names.end()) {
        throw UsageError(fmt::format("optimizer={}: there is no such optimiser; there are {}", given,
                                     fmt::join(optimizer_names, ", ")));
    }
    return std::string(*found);
}

bool has_momentum(std::string_view name) {
    return name == "SGD" || name == "MuSGD" || name == "RMSProp";
}

std::int64_t planned_iterations(std::int64_t pictures, int batch, int nbs, int epochs) {
    const std::int64_t step = std::max(batch, nbs);
    return (pictures + step - 1) / step * epochs;
}

OptimizerChoice choose_optimizer(OptimizerChoice asked, int class_count, std::int64_t iterations) {
    asked.name = optimizer_name(asked.name);
    if (asked.name != "auto") return asked;
    constexpr std::int64_t long_training = 10000;
    if (iterations > long_training) return {"MuSGD", 0.01, 0.9, 0};
    return {"AdamW", rounded_to_millionths(0.002 * 5 / (4 + class_count)), 0.9, 0};
}

Json to_json(const OptimizerChoice& choice) {
    return {{"name", choice.name},
            {"learning_rate", choice.learning_rate},
            {"momentum", choice.momentum},
            {"warmup_bias_lr", choice.warmup_bias_lr}};
}

OptimizerChoice optimizer_choice(const Json& json) {
    return {json.at("name").get<std::string>(), json.at("learning_rate").get<double>(),
            json.at("momentum").get<double>(), json.at("warmup_bias_lr").get<double>()};
}

int steps_to_nominal(int batch, int nbs) {
    return std::max(static_cast<int>(std::lrint(static_cast<double>(nbs) / batch)), 1);
}

double effective_weight_decay(double weight_decay, int batch, int nbs) {
    return weight_decay * batch * steps_to_nominal(batch, nbs) / nbs;
}

}  // namespace yolo::train
