// SPDX-License-Identifier: Apache-2.0
/// \file Options as the command line, YAML files and library users give them: one table, one checked
/// container.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <yolo/model_info.hpp>

namespace yolo {

enum class Mode { train, val, predict, export_model, track, benchmark };

const char* to_string(Mode mode);                      ///< "train", ..., "export"
std::optional<Mode> find_mode(std::string_view name);  ///< the mode of that name

/// A configuration value: null, bool, integer, number, text, or a list of values.
struct Value;
using ValueList = std::vector<Value>;
struct Value : std::variant<std::monostate, bool, std::int64_t, double, std::string, ValueList> {
    using variant::variant;
    bool is_null() const { return std::holds_alternative<std::monostate>(*this); }
};

/// The text of a value as args.yaml writes it, without quotes: null, true, 0.7, [0, 2], text.
std::string to_string(const Value& value);

/// The value that a text on the command line stands for: none, true, false (any case), an integer, a number,
/// a quoted text, a list in brackets or separated by commas; every other text is itself.
Value parse_value(std::string_view text);

/// How an option's value is checked.
enum class OptionType {
    number,         ///< integer or real
    fraction,       ///< number in [0, 1]
    integer,        ///< integer, or a real with an integral value
    integers,       ///< an integer or a list of integers
    boolean,        ///< true or false
    text,           ///< any text
    text_or_flag,   ///< text, true or false
    flag_or_share,  ///< true, false or a number in [0, 1]; as a flag every number is true
    name,           ///< a file's or folder's name: any text; numbers and flags are taken literally
    path,           ///< a file or folder; "~" at its start is the home folder
    paths,          ///< the same, a list of them, or what is no file: an address, a camera's number
    path_or_flag,   ///< a file, true or false
    device,         ///< cpu, a GPU's number, a list of numbers, in whatever spelling
    image_size,     ///< a positive integer, or a list of height and width
    scale_range,    ///< number in [0, 1], or a list of the smallest and the largest factor
    data_share,     ///< a share in (0, 1], a count of pictures, or a list of either for train, val (and test)
    precision,      ///< 8, 16, 32 or one of their names (int8, fp16, fp32, w8a16, ...)
    amp,            ///< true, false, fp16, bf16 or fp32
    task,           ///< a task's name
    mode,           ///< a mode's name
    any             ///< checked by the mode that uses it (freeze, ...)
};

/// Options that name files or folders: Config::set() replaces "~", "~/x" and "~user/x" at their start.
constexpr bool is_path(OptionType type) {
    using enum OptionType;
    return type == name || type == path || type == paths || type == path_or_flag;
}

/// "number", "0 to 1", "whole number", ...: what a user is told that the option takes.
const char* describe(OptionType type);

inline constexpr unsigned all_modes = 0x3f;
inline constexpr unsigned all_tasks = 0x1f;
constexpr unsigned bit(Mode mode) {
    return 1U << static_cast<unsigned>(mode);
}
constexpr unsigned bit(Task task) {
    return 1U << static_cast<unsigned>(task);
}

/// One row of the option table: the only place that knows a key's default, type, range and modes. The command
/// line, its help, the checks, args.yaml and docs/options.md all come from it.
struct OptionSpec {
    std::string_view name;
    std::string_view default_text;  ///< as one would type it; "" = null
    OptionType type;
    std::optional<double> minimum;  ///< smallest allowed number
    std::optional<double> maximum;  ///< largest allowed number
    unsigned modes;                 ///< bit(mode) of each mode that uses the key
    std::string_view help;          ///< one sentence
    unsigned tasks = all_tasks;     ///< bit(task) of each task that uses the key
    unsigned pending = 0;           ///< bit(mode) of each mode that will use the key in a later version

    /// The modes of this version that use the key.
    unsigned used_by() const { return modes & ~pending; }
    /// The modes that will use it in a later version.
    unsigned waiting_for() const { return modes & ~used_by(); }
};

std::span<const OptionSpec> option_table();
const OptionSpec* find_option(std::string_view name);  ///< nullptr for an unknown key; old names are unknown
/// A key that the Python package does not have: it refuses files that name it.
bool is_own_option(std::string_view name);
/// A key of the table, or an old name of one (boxes, half, line_thickness, ...).
bool is_option(std::string_view name);

/// "half is an old name: half=True is taken as quantize=16 ...": what became of a key that was renamed or
/// dropped; "" for every other word.
std::string explain_old_name(std::string_view name);

/// What an option takes, by type and range: "a whole number, at least 1".
std::string describe(const OptionSpec& option);
/// The modes that use an option: "train, val; later: export", "all", or "none".
std::string describe_modes(const OptionSpec& option);

/// Up to three keys, tasks, modes or commands whose spelling is near to `word`, the nearest first; a key with
/// a default is shown with it (scale=0.5).
std::vector<std::string> similar_options(std::string_view word);

/// The sentence about keys that do not exist, with the near ones of each.
std::string unknown_options_message(std::span<const std::string> keys);

/// Checked options: the defaults of the table, overlaid by what the user gave.
class Config {
  public:
    /// Every key at its default.
    Config();

    /// Sets a key. Throws UsageError, with the nearest keys, when the key is unknown or the value has the
    /// wrong type or range. "~" at the start of a path becomes the home folder. Old names (boxes, half,
    /// line_thickness, ...) are renamed; what was renamed or dropped is added to warnings().
    void set(std::string_view key, Value value);

    /// Sets `mode`, and that mode's own defaults for keys that the user did not give: predict has batch 1 and
    /// conf 0.25.
    void set_mode(Mode mode);

    const Value& get(std::string_view key) const;  ///< throws UsageError for an unknown key
    bool given(std::string_view key) const;        ///< set by the user, not a default

    bool flag(std::string_view key) const;                  ///< null = false
    std::int64_t integer(std::string_view key) const;       ///< throws UsageError when null
    double number(std::string_view key) const;              ///< throws UsageError when null
    std::string text(std::string_view key) const;           ///< null = ""
    std::vector<int> integers(std::string_view key) const;  ///< a number or a list of numbers; null = {}

    const std::vector<std::string>& warnings() const { return warnings_; }

  private:
    enum class QuantizeSource { none, half, int8, quantize };

    bool set_old_name(std::string_view key, const Value& value);
    void set_quantize(std::string_view old_name, const Value& value, QuantizeSource source);
    void store(std::string_view key, Value value);

    std::vector<Value> values_;  ///< in the order of option_table()
    std::vector<bool> given_;
    std::vector<std::string> warnings_;
    QuantizeSource quantize_source_ = QuantizeSource::none;
};

/// The keys and values of a YAML file (`cfg=`), unchecked, in the file's order. Throws Error when it cannot
/// be read, UsageError when it is not a list of keys and values.
std::vector<std::pair<std::string, Value>> read_config_file(const std::filesystem::path& path);

/// One line for every key that was set to something else than its default although the mode does not use it.
std::vector<std::string> options_without_effect(const Config& config, Mode mode);
/// The same for keys that the mode uses, but not for this task: call it when the model's task is known.
std::vector<std::string> options_without_effect(const Config& config, Mode mode, Task task);

/// Every key and its value as YAML, in the table's order: the text of args.yaml. Keys of our own only where
/// they are not at their default, so that the Python package reads the file too.
std::string config_yaml(const Config& config);
/// Every key at its default as YAML, with its help behind it: `yolo cfg`.
std::string default_config_yaml();
/// The same as a file, written whole or not at all. Throws Error.
void write_default_config(const std::filesystem::path& path);
/// docs/options.md.
std::string options_markdown();

}  // namespace yolo
