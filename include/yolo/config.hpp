// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace yolo {

enum class Mode { train, val, predict, export_model, track, benchmark };

const char* to_string(Mode mode); ///< "train", ..., "export"

/// A configuration value: null, bool, integer, number, text, or a list of values.
struct Value;
using ValueList = std::vector<Value>;
struct Value : std::variant<std::monostate, bool, std::int64_t, double, std::string, ValueList> {
    using variant::variant;
    bool is_null() const { return std::holds_alternative<std::monostate>(*this); }
};

/// The text of a value as the command line and args.yaml write it: null, true, 0.7, [0, 2], text.
std::string to_string(const Value& value);

/// How an option's value is checked.
enum class OptionType {
    number,   ///< integer or real
    fraction, ///< number in [0, 1]
    integer,  ///< integer, or a real with an integral value
    boolean,  ///< true or false
    text,     ///< any text
    any       ///< checked by the mode that uses it (imgsz, classes, device, ...)
};

/// One row of the option table: the only place that knows a key's default, type, range and modes. The command line, its
/// help, the checks, args.yaml and docs/options.md all come from it.
struct OptionSpec {
    std::string_view name;
    std::string_view default_text; ///< as one would type it; "" = null
    OptionType type;
    std::optional<double> minimum; ///< smallest allowed number
    std::optional<double> maximum; ///< largest allowed number
    unsigned modes;                ///< bit (1 << Mode) for each mode that uses the key
    std::string_view help;         ///< one sentence
};

std::span<const OptionSpec> option_table();

/// Checked options: the defaults of the table, overlaid by what the user gave.
class Config {
  public:
    /// Every key at its default.
    Config();

    /// Sets a key. Throws UsageError, with the nearest keys, when the key is unknown or the value has the wrong type or
    /// range. Old names (boxes, half, line_thickness, ...) are renamed; what was renamed or dropped is added to warnings().
    void set(std::string_view key, Value value);

    const Value& get(std::string_view key) const; ///< throws UsageError for an unknown key
    bool given(std::string_view key) const;       ///< set by the user, not a default

    bool flag(std::string_view key) const;                               ///< null = false
    std::int64_t integer(std::string_view key) const;                    ///< throws UsageError when null
    double number(std::string_view key) const;                           ///< throws UsageError when null
    std::string text(std::string_view key) const;                        ///< null = ""
    std::vector<int> integers(std::string_view key) const;               ///< a number or a list of numbers; null = {}

    const std::vector<std::string>& warnings() const { return warnings_; }

  private:
    std::map<std::string, Value, std::less<>> values_;
    std::map<std::string, bool, std::less<>> given_;
    std::vector<std::string> warnings_;
};

} // namespace yolo
