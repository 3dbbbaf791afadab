// SPDX-License-Identifier: Apache-2.0
#include "arguments.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <string_view>

#include <fmt/format.h>

#include <yolo/error.hpp>
#include <yolo/model_info.hpp>

#include "tokens.hpp"

namespace yolo::cli {

namespace {

struct Spelling {
    std::string_view text;
    Command command;
};

// A letter that several words share belongs to the one that comes first here and never writes a file.
constexpr std::array<Spelling, 15> spellings = {{{"help", Command::help},
                                                 {"h", Command::help},
                                                 {"checks", Command::checks},
                                                 {"check", Command::checks},
                                                 {"c", Command::checks},
                                                 {"version", Command::version},
                                                 {"v", Command::version},
                                                 {"settings", Command::settings},
                                                 {"setting", Command::settings},
                                                 {"s", Command::settings},
                                                 {"cfg", Command::cfg},
                                                 {"copy-cfg", Command::copy_cfg},
                                                 {"info", Command::info},
                                                 {"i", Command::info},
                                                 {"debug", Command::debug}}};

std::optional<Command> find_command(std::string_view token) {
    token.remove_prefix(token.starts_with("--") ? 2 : token.starts_with('-') ? 1 : 0);
    std::string word(token);
    std::transform(word.begin(), word.end(), word.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const Spelling& spelling : spellings) {
        if (spelling.text == word) return spelling.command;
    }
    return std::nullopt;
}

bool is_task(std::string_view word) {
    for (const Task task : {Task::detect, Task::segment, Task::pose, Task::obb, Task::classify}) {
        if (word == to_string(task)) return true;
    }
    return false;
}

std::string without_blanks(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

/// What to write instead of an option without its value; `next` stands behind it.
std::string example(const std::string& key, const std::string& next = {}) {
    if (!next.empty() && !split_option(next) && !is_option(next))
        return fmt::format("write {}={}", key, next);
    const OptionSpec* option = find_option(key);
    if (option == nullptr) return fmt::format("write {}=VALUE", key);
    if (option->default_text.empty()) return fmt::format("write {}=VALUE, {}", key, describe(*option));
    return fmt::format("write {}={}, for example", key, option->default_text);
}

/// The value of a text. File names, and other texts, are taken as they stand where they look like a number:
/// 2024_01, 1e3.
Value value_of(const std::string& key, const std::string& text) {
    Value value = parse_value(text);
    const OptionSpec* option = find_option(key);
    if (option == nullptr || value.is_null()) return value;
    const bool is_number =
        std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
    if (option->type == OptionType::text && is_number) return text;
    if (!is_path(option->type)) return value;
    if (option->type == OptionType::name) return text;
    if (std::holds_alternative<std::string>(value) || option->type == OptionType::path_or_flag) return value;
    const bool keeps = option->type == OptionType::paths &&
                       (std::holds_alternative<ValueList>(value) || to_string(value) == text);
    return keeps ? value : Value(text);
}

struct Override {
    std::string key;
    Value value;
    std::string file;  ///< the cfg= file it is from, or empty
};

/// Reads token by token; later ones overwrite earlier ones.
class Interpreter {
  public:
    explicit Interpreter(bool with_commands) : with_commands_(with_commands) {}

    /// A special command, which ends the interpretation.
    std::optional<Command> read(const std::vector<std::string>& tokens, std::size_t at);
    Arguments finish();

  private:
    void read_option(const std::string& key, const std::string& text);
    void read_word(const std::string& word, const std::string& next);
    [[noreturn]] void refuse_word(const std::string& word) const;
    void read_file(const std::string& path);
    void put(Override option);
    void complete_mode(Arguments& arguments);
    void complete_names(Arguments& arguments);
    void warn(std::string text) { warnings_.push_back(std::move(text)); }

    bool with_commands_;
    std::vector<Override> options_;
    std::string previous_;              ///< KEY=VALUE, when that was the last token
    std::string mode_word_, mode_key_;  ///< benchmark mode=train means both
    std::vector<std::string> unknown_;
    std::vector<std::string> warnings_;
};

std::optional<Command> Interpreter::read(const std::vector<std::string>& tokens, std::size_t at) {
    std::string token = tokens[at];
    const auto command = with_commands_ ? find_command(token) : std::nullopt;
    if (token.starts_with("--") && !command) {
        warn(fmt::format("'{}' needs no leading dashes: it is taken as '{}'", token, token.substr(2)));
        token.erase(0, 2);
    }
    if (token.ends_with(',')) {
        warn(fmt::format("'{}' needs no comma at its end: it is taken as '{}'", token,
                         token.substr(0, token.size() - 1)));
        token.pop_back();
    }
    if (const auto option = split_option(token)) {
        read_option(option->first, option->second);
        previous_ = token;
        return std::nullopt;
    }
    if (is_task(token)) {
        put({"task", token, {}});
    } else if (find_mode(token)) {
        mode_word_ = token;
        put({"mode", token, {}});
    } else if (with_commands_ && find_command(token)) {
        return find_command(token);
    } else {
        read_word(token, at + 1 < tokens.size() ? tokens[at + 1] : "");
    }
    previous_.clear();
    return std::nullopt;
}

/// A word alone may be the rest of what stands before it: a list or a name with a blank.
void Interpreter::refuse_word(const std::string& word) const {
    if (previous_.empty() || !similar_options(word).empty())
        throw UsageError(unknown_options_message({&word, 1}));
    const bool is_number = !std::holds_alternative<std::string>(parse_value(word));
    if (is_number)
        throw UsageError(
            fmt::format("'{0}' stands alone: when it belongs to {1}, write {1},{0}", word, previous_));
    throw UsageError(fmt::format(
        "unknown argument '{0}': when it belongs to {1}, put both into quotes: '{1} {0}'", word, previous_));
}

void Interpreter::read_option(const std::string& key, const std::string& text) {
    if (!is_option(key)) {
        unknown_.push_back(key);
    } else if (text.empty()) {
        throw UsageError(fmt::format("'{}=' has no value: {}", key, example(key)));
    } else if (Value value = value_of(key, text); key == "cfg" && !value.is_null()) {
        read_file(to_string(value));
    } else {
        if (key == "mode") mode_key_ = text;
        put({key, std::move(value), {}});
    }
}

void Interpreter::read_word(const std::string& word, const std::string& next) {
    const OptionSpec* option = find_option(word);
    const bool is_flag =
        option != nullptr && (option->default_text == "True" || option->default_text == "False");
    if (is_flag || word == "half" || word == "int8" || word == "end2end" || word == "nms") {
        put({word, true, {}});
    } else if (is_option(word)) {
        throw UsageError(fmt::format("'{}' needs a value: {}", word, example(word, next)));
    } else {
        refuse_word(word);
    }
}

/// Keys that stand before cfg= on the command line win over the file, keys behind it overwrite it. save_dir
/// is left out: a run's args.yaml names that run's own folder, which repeating it must not overwrite.
void Interpreter::read_file(const std::string& path) {
    std::vector<std::string> unknown;
    std::vector<Override> added;
    for (auto& [key, value] : read_config_file(path)) {
        if (!is_option(key)) unknown.push_back(key);
        const auto stands_before = [&, name = key](const Override& o) {
            return o.key == name && o.file.empty();
        };
        const bool skipped =
            key == "cfg" || key == "save_dir" || std::any_of(options_.begin(), options_.end(), stands_before);
        if (!skipped) added.push_back({key, std::move(value), path});
    }
    if (!unknown.empty()) throw UsageError(fmt::format("{}: {}", path, unknown_options_message(unknown)));
    for (Override& option : added) put(std::move(option));
    put({"cfg", path, {}});
}

void Interpreter::put(Override option) {
    if (option.key == "task" && to_string(option.value) == "track") {
        warn("track is a mode: it is taken as task=detect mode=track");
        put({"mode", std::string("track"), option.file});
        option.value = std::string("detect");
    }
    std::erase_if(options_, [&](const Override& earlier) { return earlier.key == option.key; });
    options_.push_back(std::move(option));
}

void Interpreter::complete_mode(Arguments& arguments) {
    Config& config = arguments.config;
    if (!config.given("mode") || config.get("mode").is_null()) {
        warn(
            "no mode is given: train is taken (the modes are train, val, predict, track, export and "
            "benchmark)");
        arguments.mode = Mode::train;
    } else {
        arguments.mode = find_mode(config.text("mode")).value();
    }
    const bool of_training = mode_word_ == to_string(Mode::benchmark) && mode_key_ == to_string(Mode::train);
    if (of_training) arguments.mode = Mode::benchmark;
    config.set_mode(arguments.mode);
    if (of_training) config.set("mode", mode_key_);
}

void Interpreter::complete_names(Arguments& arguments) {
    Config& config = arguments.config;
    const std::string given = config.text("model"), model = model_file_name(given);
    if (model != given) config.set("model", model);
    if (config.text("name") == "model" && !model.empty()) {
        const std::string stem = std::filesystem::path(model).stem().string();
        warn(fmt::format("name=model is taken as the model's own name: name={}", stem));
        config.set("name", stem);
    }
}

Arguments Interpreter::finish() {
    if (!unknown_.empty()) throw UsageError(unknown_options_message(unknown_));
    Arguments arguments;
    for (const Override& option : options_) {
        try {
            arguments.config.set(option.key, option.value);
        } catch (const UsageError& error) {
            if (option.file.empty()) throw;
            throw UsageError(fmt::format("{}: {}", option.file, error.what()));
        }
    }
    if (with_commands_) complete_mode(arguments);
    complete_names(arguments);
    const auto& renamed = arguments.config.warnings();
    warnings_.insert(warnings_.end(), renamed.begin(), renamed.end());
    arguments.warnings = std::move(warnings_);
    return arguments;
}

}  // namespace

std::optional<std::pair<std::string, std::string>> split_option(const std::string& token) {
    const std::size_t at = token.find('=');
    if (at == std::string::npos) return std::nullopt;
    return std::pair(without_blanks(token.substr(0, at)), without_blanks(token.substr(at + 1)));
}

Arguments parse_arguments(const std::vector<std::string>& arguments) {
    std::vector<std::string> tokens = join_tokens(arguments);
    if (tokens.empty()) tokens.emplace_back("help");
    if (tokens.front() == "data") {  // the name of an option, too: a command only where no option can stand
        Arguments special;
        special.command = Command::data;
        special.rest.assign(tokens.begin() + 1, tokens.end());
        return special;
    }
    Interpreter interpreter(true);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (const auto command = interpreter.read(tokens, i)) {
            Arguments special;
            special.command = command;
            tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(i));
            special.rest = std::move(tokens);
            return special;
        }
    }
    return interpreter.finish();
}

Arguments parse_options(const std::vector<std::string>& tokens) {
    Interpreter interpreter(false);
    for (std::size_t i = 0; i < tokens.size(); ++i) interpreter.read(tokens, i);
    return interpreter.finish();
}

}  // namespace yolo::cli
