// SPDX-License-Identifier: Apache-2.0
#include "core/csv.hpp"
#include "core/rim.hpp"
#include "tasks/result_numbers.hpp"
#include "tasks/result_summary.hpp"

namespace yolo {

namespace {

using namespace tasks;

/// The cells of a row, by what they hold.
std::string cell(const std::string& text) {
    return csv_cell(text);
}

void append_text(std::string& text, double number) {
    append_number(text, number);
}

void append_text(std::string& text, const NumberList& numbers) {
    text += '[';
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (i > 0) text += ", ";
        append_number(text, numbers[i]);
    }
    text += ']';
}

std::string cell(int number) {
    return std::to_string(number);
}

std::string cell(double number) {
    std::string text;
    append_text(text, number);
    return text;
}

/// {'x1': 1.0, 'y1': 2.0}
std::string cell(const Fields& fields) {
    std::string text = "{";
    for (const auto& [key, value] : fields) {
        if (text.size() > 1) text += ", ";
        ((text += '\'') += key) += "': ";
        std::visit([&text](const auto& content) { append_text(text, content); }, value);
    }
    return cell(text += '}');
}

}  // namespace

std::string Result::to_csv(const SummaryOptions& options) const try {
    const std::vector<Record> records = summarize(*this, options);
    std::string csv;
    if (records.empty()) return csv;
    for (const auto& [key, value] : records.front()) (csv += csv.empty() ? "" : ",") += key;
    csv += '\n';
    for (const Record& record : records) {
        const char* separator = "";
        for (const auto& [key, value] : record) {
            csv += separator;
            csv += std::visit([](const auto& content) { return cell(content); }, value);
            separator = ",";
        }
        csv += '\n';
    }
    return csv;
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo
