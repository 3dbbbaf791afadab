// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/label_numbers.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string>

namespace yolo::data {

namespace {

/// What white space a text begins with: its bytes (0 = none), and whether it ends a line.
struct Blank {
    std::size_t bytes = 0;
    bool ends_line = false;
};

Blank ascii_blank(unsigned char c) {
    const bool ends_line = (c >= 0x0A && c <= 0x0D) || (c >= 0x1C && c <= 0x1E);
    return {ends_line || c == ' ' || c == '\t' || c == 0x1F ? std::size_t{1} : std::size_t{0}, ends_line};
}

/// Characters of Unicode's White_Space property outside of ASCII.
Blank wide_blank(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    if (byte(0) == 0xC2) {
        if (byte(1) == 0x85) return {2, true};
        return {byte(1) == 0xA0 ? std::size_t{2} : std::size_t{0}, false};
    }
    if (byte(0) < 0xE1 || byte(0) > 0xE3 || text.size() < 3) return {};
    const unsigned code = (byte(0) & 0x0FU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
    const bool ends_line = code == 0x2028 || code == 0x2029;
    const bool blank = ends_line || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x202F ||
                       code == 0x205F || code == 0x3000;
    return {blank ? std::size_t{3} : std::size_t{0}, ends_line};
}

Blank blank_at(std::string_view text) {
    const auto c = static_cast<unsigned char>(text.front());
    return c < 0x80 ? ascii_blank(c) : wide_blank(text);
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Takes the underscores between two digits out; nothing when one stands elsewhere.
std::optional<std::string> without_underscores(std::string_view word) {
    std::string plain;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] != '_') {
            plain += word[i];
        } else if (i == 0 || i + 1 == word.size() || !is_digit(word[i - 1]) || !is_digit(word[i + 1])) {
            return std::nullopt;
        }
    }
    return plain;
}

/// A number that no double holds is 0 or infinite: which one its decimal exponent says.
double out_of_range(std::string_view digits) {
    const std::size_t e = digits.find_first_of("eE");
    const std::string_view mantissa = digits.substr(0, e);
    const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
    const std::size_t first = std::min(mantissa.find_first_not_of("0."), mantissa.size());
    double exponent = static_cast<double>(point) - static_cast<double>(first);
    if (e != std::string_view::npos) {
        std::string_view tail = digits.substr(e + 1);
        const bool negative = tail.starts_with('-');
        if (negative || tail.starts_with('+')) tail.remove_prefix(1);
        double given = 0;
        for (const char c : tail) given = std::min(given * 10 + (c - '0'), 1e18);
        exponent += negative ? -given : given;
    }
    return exponent > 0 ? std::numeric_limits<double>::infinity() : 0;
}

std::optional<double> named_number(std::string_view word) {
    std::string lower(word);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (lower == "inf" || lower == "infinity") return std::numeric_limits<double>::infinity();
    if (lower == "nan") return std::numeric_limits<double>::quiet_NaN();
    return std::nullopt;
}

std::optional<double> unsigned_number(std::string_view word) {
    if (word.empty()) return std::nullopt;
    if (!is_digit(word.front()) && word.front() != '.') return named_number(word);
    double value = 0;
    const char* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, value);
    if (stop != end) return std::nullopt;
    if (error == std::errc::result_out_of_range) return out_of_range(word);
    if (error != std::errc{}) return std::nullopt;
    return value;
}

}  // namespace

std::optional<double> parse_number(std::string_view word) {
    if (word.find('_') != std::string_view::npos) {
        const auto plain = without_underscores(word);
        return plain ? parse_number(*plain) : std::nullopt;
    }
    const bool negative = word.starts_with('-');
    if (negative || word.starts_with('+')) word.remove_prefix(1);
    const auto value = unsigned_number(word);
    return value && negative ? -*value : value;
}

bool is_utf8(std::string_view text) {
    const std::size_t size = text.size();
    for (std::size_t i = 0; i < size;) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x80) {
            ++i;
            continue;
        }
        const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
        if (lead < 0xC2 || lead > 0xF4 || size - i <= more) return false;
        std::uint32_t code = lead & (0x3FU >> more);
        for (std::size_t k = 1; k <= more; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            if ((next & 0xC0U) != 0x80) return false;
            code = code << 6 | (next & 0x3FU);
        }
        const std::uint32_t smallest = more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
        if (code < smallest || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
        i += more + 1;
    }
    return true;
}

std::string_view take_line(std::string_view& text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const Blank blank = blank_at(text.substr(i));
        if (!blank.ends_line) continue;
        const std::string_view line = text.substr(0, i);
        const bool two = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        text.remove_prefix(i + (two ? 2 : blank.bytes));
        return line;
    }
    const std::string_view line = text;
    text = {};
    return line;
}

void split_words(std::string_view line, std::vector<std::string_view>& words) {
    words.clear();
    std::size_t begin = 0;
    const auto finish = [&](std::size_t end) {
        if (end > begin) words.push_back(line.substr(begin, end - begin));
    };
    for (std::size_t i = 0; i < line.size();) {
        const std::size_t bytes = blank_at(line.substr(i)).bytes;
        if (bytes > 0) {
            finish(i);
            begin = i + bytes;
        }
        i += std::max<std::size_t>(bytes, 1);
    }
    finish(line.size());
}

}  // namespace yolo::data
