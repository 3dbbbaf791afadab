// SPDX-License-Identifier: Apache-2.0
#include "data/class_match.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace yolo::data {

namespace {

using NamesToClasses = std::map<std::string, std::vector<int>>;

/// "Traffic_Light " and "traffic light" are one word.
std::string plain(const std::string& name) {
    std::string text;
    for (const char c : name) {
        const bool blank = c == ' ' || c == '\t' || c == '_' || c == '-';
        if (!blank) {
            text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        } else if (!text.empty() && text.back() != ' ') {
            text += ' ';
        }
    }
    if (text.ends_with(' ')) text.pop_back();
    return text;
}

/// The classes that are not matched yet, by a form of their names.
template <class Form>
NamesToClasses classes_by(const std::vector<std::string>& names, const std::vector<bool>& matched,
                          Form form) {
    NamesToClasses classes;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!matched[i]) classes[form(names[i])].push_back(static_cast<int>(i));
    }
    return classes;
}

class Matching {
  public:
    Matching(const std::vector<std::string>& model, const std::vector<std::string>& set)
        : model_(model), set_(set), model_matched_(model.size()), set_matched_(set.size()) {
        match_.set_class.assign(model.size(), -1);
    }

    ClassMatch finish() {
        match_equal_names();
        match_other_words();
        return std::move(match_);
    }

  private:
    void match_equal_names() {
        const auto as_it_is = [](const std::string& name) { return name; };
        const NamesToClasses set = classes_by(set_, set_matched_, as_it_is);
        for (const auto& [name, classes] : classes_by(model_, model_matched_, as_it_is)) {
            const auto found = set.find(name);
            if (found == set.end()) continue;
            const std::size_t pairs = std::min(classes.size(), found->second.size());
            for (std::size_t i = 0; i < pairs; ++i) join(classes[i], found->second[i]);
        }
    }

    void match_other_words() {
        const NamesToClasses set = classes_by(set_, set_matched_, plain);
        for (const auto& [name, classes] : classes_by(model_, model_matched_, plain)) {
            const auto found = set.find(name);
            if (found == set.end() || classes.size() > 1 || found->second.size() > 1) continue;
            match_.other_words.push_back(classes.front());
            join(classes.front(), found->second.front());
        }
        std::ranges::sort(match_.other_words);
    }

    void join(int model, int set) {
        match_.set_class[static_cast<std::size_t>(model)] = set;
        model_matched_[static_cast<std::size_t>(model)] = true;
        set_matched_[static_cast<std::size_t>(set)] = true;
    }

    const std::vector<std::string>& model_;
    const std::vector<std::string>& set_;
    std::vector<bool> model_matched_, set_matched_;
    ClassMatch match_;
};

/// What follows from set_class.
void complete(ClassMatch& match, std::size_t set_classes) {
    std::vector<bool> known(set_classes);
    for (std::size_t i = 0; i < match.set_class.size(); ++i) {
        const int id = match.set_class[i];
        if (id < 0) {
            match.left_out.push_back(static_cast<int>(i));
            continue;
        }
        known[static_cast<std::size_t>(id)] = true;
        if (id != static_cast<int>(i)) match.other_order = true;
    }
    for (std::size_t id = 0; id < set_classes; ++id) {
        if (!known[id]) match.unknown.push_back(static_cast<int>(id));
    }
}

bool is_number(std::string_view text, std::size_t number) {
    const std::size_t first = std::min(text.find_first_not_of('0'), text.size() - 1);
    return text.substr(first) == std::to_string(number);
}

}  // namespace

bool only_count(const std::vector<std::string>& names) {
    if (names.size() == 1 && names.front() == "item") return true;
    constexpr std::array words = {"", "class", "cls", "category", "label", "object"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string name = plain(names[i]);
        const std::size_t digits = std::min(name.find_first_of("0123456789"), name.size());
        std::string_view word = std::string_view(name).substr(0, digits);
        if (word.ends_with(' ')) word.remove_suffix(1);
        if (digits == name.size() || std::ranges::find(words, word) == words.end()) return false;
        if (!is_number(std::string_view(name).substr(digits), i)) return false;
    }
    return true;
}

ClassMatch match_class_numbers(std::size_t model_classes, std::size_t set_classes) {
    ClassMatch match;
    match.basis = ClassMatch::Basis::numbers;
    for (std::size_t i = 0; i < model_classes; ++i)
        match.set_class.push_back(i < set_classes ? static_cast<int>(i) : -1);
    complete(match, set_classes);
    return match;
}

ClassMatch match_classes(const std::vector<std::string>& model, const std::vector<std::string>& set) {
    if (model == set) {
        ClassMatch same = match_class_numbers(model.size(), set.size());
        same.basis = ClassMatch::Basis::same;
        return same;
    }
    ClassMatch match = Matching(model, set).finish();
    if (std::ranges::any_of(match.set_class, [](int id) { return id >= 0; })) {
        match.basis = ClassMatch::Basis::names;
        complete(match, set.size());
        return match;
    }
    match = match_class_numbers(model.size(), set.size());
    if (!only_count(model) && !only_count(set)) match.basis = ClassMatch::Basis::nothing;
    return match;
}

}  // namespace yolo::data
