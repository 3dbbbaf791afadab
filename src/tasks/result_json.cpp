// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/json.hpp"
#include "core/rim.hpp"
#include "tasks/result_numbers.hpp"
#include "tasks/result_summary.hpp"

namespace yolo {

namespace {

using namespace tasks;

/// Text as it is, quoted; bytes that are not UTF-8 become the replacement character, so that the JSON stays
/// valid.
void append_json(std::string& json, const std::string& text) {
    json += json_text(Json(text));
}

void append_json(std::string& json, int number) {
    json += std::to_string(number);
}

void append_json(std::string& json, double number) {
    if (std::isfinite(number)) {
        append_number(json, number);
    } else {
        json += "null";
    }
}

void append_json(std::string& json, const NumberList& numbers) {
    json += '[';
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (i > 0) json += ',';
        append_json(json, numbers[i]);
    }
    json += ']';
}

/// {"key":value,...} of fields or of a whole record.
template <class Pairs>
void append_json(std::string& json, const Pairs& pairs) {
    char separator = '{';
    for (const auto& [key, value] : pairs) {
        ((json += separator) += '"') += key;
        json += "\":";
        std::visit([&json](const auto& content) { append_json(json, content); }, value);
        separator = ',';
    }
    json += '}';
}

}  // namespace

std::string Result::to_json(const SummaryOptions& options) const try {
    std::string json = "[";
    for (const Record& record : summarize(*this, options)) {
        if (json.size() > 1) json += ',';
        append_json(json, record);
    }
    return json += ']';
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo
