// SPDX-License-Identifier: Apache-2.0
// Grammar: "Literals" and "Displays for lists, sets and dictionaries" of Python's language reference, RFC
// 8259.
#include "engines/exported/python_text.hpp"

#include <cctype>
#include <charconv>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::engines {

namespace {

constexpr int deepest = 32;

class Parser {
  public:
    Parser(std::string_view text, const std::string& where) : text_(text), where_(where) {}

    Json whole() {
        Json value = this->value(0);
        if (peek() != '\0' || at_ < text_.size()) fail("more than one value");
        return value;
    }

  private:
    [[noreturn]] void fail(std::string_view what) const {
        throw Error(fmt::format("{} is not readable at character {}: {}", where_, at_ + 1, what));
    }

    /// The next character that is no blank; '\0' at the end.
    char peek() {
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
        return at_ < text_.size() ? text_[at_] : '\0';
    }

    bool take(char wanted) {
        if (peek() != wanted || at_ >= text_.size()) return false;
        ++at_;
        return true;
    }

    Json value(int depth) {
        if (depth > deepest) fail("it is nested too deeply");
        const char next = peek();
        if (next == '{') return object(depth);
        if (next == '[') return list(']', depth);
        if (next == '(') return list(')', depth);
        if (next == '"' || next == '\'') return text();
        return word();
    }

    Json object(int depth) {
        Json object = Json::object();
        ++at_;
        while (!take('}')) {
            const Json key = value(depth + 1);
            if (key.is_structured()) fail("a key is text or a number");
            if (!take(':')) fail("':' is missing behind a key");
            object[text_or_json(key)] = value(depth + 1);
            if (!take(',') && peek() != '}') fail("',' or '}' is missing");
        }
        return object;
    }

    Json list(char end, int depth) {
        Json list = Json::array();
        ++at_;
        while (!take(end)) {
            list.push_back(value(depth + 1));
            if (!take(',') && peek() != end) fail(fmt::format("',' or '{}' is missing", end));
        }
        return list;
    }

    /// A number, True, False, None, true, false or null.
    Json word() {
        const std::size_t start = at_;
        while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 ||
                                      std::string_view("+-._").find(text_[at_]) != std::string_view::npos))
            ++at_;
        const std::string_view word = text_.substr(start, at_ - start);
        if (word == "True" || word == "true") return true;
        if (word == "False" || word == "false") return false;
        if (word == "None" || word == "null") return nullptr;
        std::int64_t whole = 0;
        const char* const end = word.data() + word.size();
        if (const auto [stop, error] = std::from_chars(word.data(), end, whole);
            stop == end && error == std::errc() && !word.empty())
            return whole;
        double number = 0;
        if (const auto [stop, error] = std::from_chars(word.data(), end, number);
            stop == end && error == std::errc() && !word.empty())
            return number;
        at_ = start;
        fail(word.empty() ? "a value is missing" : fmt::format("'{}' is no value", word));
    }

    std::string text() {
        const char quote = text_[at_++];
        std::string result;
        while (at_ < text_.size() && text_[at_] != quote) {
            if (text_[at_] == '\\') {
                ++at_;
                escape(result);
            } else {
                result += text_[at_++];
            }
        }
        if (at_ >= text_.size()) fail("a text does not end");
        ++at_;
        return result;
    }

    void escape(std::string& result) {
        const char kind = at_ < text_.size() ? text_[at_++] : '\0';
        constexpr std::string_view letters = "abfnrtv", meanings = "\a\b\f\n\r\t\v";
        if (kind == 'x') return append(result, hexadecimal(2));
        if (kind == 'U') return append(result, hexadecimal(8));
        if (kind == 'u') return append(result, joined(hexadecimal(4)));
        if (const std::size_t found = letters.find(kind); found != std::string_view::npos) {
            result += meanings[found];
        } else if (std::string_view("\\'\"/").find(kind) != std::string_view::npos) {
            result += kind;
        } else {
            fail(fmt::format("'\\{}' is no letter", kind));
        }
    }

    std::uint32_t hexadecimal(std::size_t digits) {
        std::uint32_t code = 0;
        const std::string_view part = text_.substr(std::min(at_, text_.size()), digits);
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), code, 16);
        if (part.size() != digits || error != std::errc() || end != part.data() + digits)
            fail("the number of a letter is cut short");
        at_ += digits;
        return code;
    }

    /// JSON writes a letter beyond 0xFFFF as two halves.
    std::uint32_t joined(std::uint32_t code) {
        if (code < 0xD800 || code > 0xDBFF || text_.substr(at_, 2) != "\\u") return code;
        at_ += 2;
        const std::uint32_t low = hexadecimal(4);
        if (low < 0xDC00 || low > 0xDFFF) fail("half of a letter is missing");
        return 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
    }

    void append(std::string& result, std::uint32_t code) const {
        if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) fail("a letter has no such number");
        const auto add = [&](std::uint32_t byte) { result += static_cast<char>(byte); };
        if (code < 0x80) return add(code);
        if (code < 0x800) {
            add(0xC0 | code >> 6U);
        } else if (code < 0x10000) {
            add(0xE0 | code >> 12U);
            add(0x80 | (code >> 6U & 0x3F));
        } else {
            add(0xF0 | code >> 18U);
            add(0x80 | (code >> 12U & 0x3F));
            add(0x80 | (code >> 6U & 0x3F));
        }
        add(0x80 | (code & 0x3F));
    }

    std::string_view text_;
    const std::string& where_;
    std::size_t at_ = 0;
};

}  // namespace

Json parse_python_text(std::string_view text, const std::string& where) {
    return Parser(text, where).whole();
}

}  // namespace yolo::engines
