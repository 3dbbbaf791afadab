// SPDX-License-Identifier: Apache-2.0
#include "tokens.hpp"

#include <algorithm>

#include <yolo/error.hpp>

namespace yolo::cli {

namespace {

bool has_equals(const std::string& text) {
    return text.find('=') != std::string::npos;
}

std::vector<std::string> join_around_equals(const std::vector<std::string>& arguments) {
    std::vector<std::string> tokens;
    const std::size_t count = arguments.size();
    for (std::size_t i = 0; i < count; ++i) {
        const std::string& token = arguments[i];
        const bool has_next = i + 1 < count, has_previous = !tokens.empty();
        if (token == "=" && has_previous && has_next) {
            tokens.back() += token + arguments[++i];
        } else if (token != "=" && token.ends_with('=') && has_next && !has_equals(arguments[i + 1])) {
            tokens.push_back(token + arguments[++i]);
        } else if (token.starts_with('=') && has_previous) {
            tokens.back() += token;
        } else {
            tokens.push_back(token);
        }
    }
    return tokens;
}

std::vector<std::string> join_brackets(const std::vector<std::string>& arguments) {
    std::vector<std::string> tokens;
    std::ptrdiff_t depth = 0;
    for (const std::string& argument : arguments) {
        if (depth == 0) tokens.emplace_back();
        tokens.back() += argument;
        depth += std::count(argument.begin(), argument.end(), '[') -
                 std::count(argument.begin(), argument.end(), ']');
    }
    if (depth != 0) {
        throw UsageError("the brackets of '" + tokens.back() + "' do not match: each [ needs its ]");
    }
    return tokens;
}

/// Digits, signs, points and commas: a part of a list.
bool is_number_of_list(const std::string& text) {
    return text.find_first_of("0123456789") != std::string::npos &&
           text.find_first_not_of("0123456789.,-+") == std::string::npos;
}

/// classes=0, 1, 2
std::vector<std::string> join_lists(const std::vector<std::string>& arguments) {
    std::vector<std::string> tokens;
    for (const std::string& argument : arguments) {
        const bool goes_on = !tokens.empty() && tokens.back().ends_with(',') && has_equals(tokens.back());
        if (goes_on && is_number_of_list(argument)) {
            tokens.back() += argument;
        } else {
            tokens.push_back(argument);
        }
    }
    return tokens;
}

}  // namespace

std::vector<std::string> join_tokens(const std::vector<std::string>& arguments) {
    return join_lists(join_brackets(join_around_equals(arguments)));
}

}  // namespace yolo::cli
