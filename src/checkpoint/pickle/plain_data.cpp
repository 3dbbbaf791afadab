// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/pickle/plain_data.hpp"

#include <algorithm>
#include <cstring>

#include <yolo/error.hpp>

namespace yolo::checkpoint {

namespace {

using Kind = Value::Kind;

constexpr int deepest_settings = 32;
constexpr std::size_t most_settings = 500'000;  // a curve of train_results has one value for each epoch
constexpr std::size_t most_keys = 20'000;       // of one dict: its keys are searched one by one

template <class T>
Json number_in(std::string_view bytes) {
    T value = {};
    if (bytes.size() != sizeof value) return nullptr;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

/// numpy scalar(dtype, bytes); the dtype's first argument is its code.
Json numpy_scalar(const Value& scalar) {
    const auto& arguments = scalar.arguments();
    if (arguments.size() != 2 || arguments[0]->arguments().empty()) return nullptr;
    const std::string_view code = arguments[0]->arguments()[0]->text, bytes = arguments[1]->text;
    if (code == "f8") return number_in<double>(bytes);
    if (code == "f4") return number_in<float>(bytes);
    if (code == "i8") return number_in<std::int64_t>(bytes);
    if (code == "i4") return number_in<std::int32_t>(bytes);
    if (code == "b1") return !bytes.empty() && bytes[0] != 0;
    return nullptr;
}

Json path_text(const Value& path) {
    std::string joined;
    for (const Value* part : path.arguments()) {
        if (!joined.empty() && joined.back() != '/') joined += '/';
        joined += part->text;
    }
    return clean_text(joined);
}

bool is_path_class(std::string_view callee) {
    return callee.starts_with("pathlib.") && callee.ends_with("Path");
}

class Converter {
  public:
    Json convert(const Value& value, int depth) {
        if (depth > deepest_settings) throw Error("its settings are nested too deeply");
        if (++values_ > most_settings) throw Error("its settings are larger than any model's");
        switch (value.kind) {
            case Kind::boolean:
                return value.integer != 0;
            case Kind::integer:
                return value.integer;
            case Kind::real:
                return value.real;
            case Kind::text:
                return text(value.text);
            case Kind::tuple:
            case Kind::list:
            case Kind::set:
                return list(value.items, depth);
            case Kind::dict:
                return dict(value, depth);
            case Kind::object:
                return object(value, depth);
            default:
                return nullptr;
        }
    }

  private:
    Json text(std::string_view text) {
        values_ += text.size() / 16;  // a long text may be referred to many times
        return clean_text(text);
    }

    Json list(const std::vector<const Value*>& items, int depth) {
        Json list = Json::array();
        for (const Value* item : items) list.push_back(convert(*item, depth + 1));
        return list;
    }

    Json dict(const Value& value, int depth) {
        if (value.items.size() / 2 > most_keys) throw Error("its settings have more keys than any model's");
        Json object = Json::object();
        for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
            const Json key = convert(*value.items[i], depth + 1);
            if (key.is_structured()) continue;
            object[text_or_json(key)] = convert(*value.items[i + 1], depth + 1);
        }
        return object;
    }

    Json object(const Value& value, int depth) {
        const std::string_view callee = value.callee();
        if (is_path_class(callee)) return path_text(value);
        if (callee == "torch.Size" && !value.arguments().empty())
            return convert(*value.arguments()[0], depth + 1);
        if (callee.starts_with("numpy.") && last_name(callee) == "scalar") return numpy_scalar(value);
        if (last_name(callee) == "IterableSimpleNamespace" && value.state() != nullptr) {
            return convert(*value.state(), depth + 1);
        }
        return nullptr;
    }

    std::size_t values_ = 0;
};

}  // namespace

std::string clean_text(std::string_view text) {
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (std::all_of(text.begin(), text.end(), is_ascii)) return std::string(text);
    const std::string quoted = json_text(Json(std::string(text)));
    return Json::parse(quoted).get<std::string>();
}

Json plain_data(const Value& value) {
    return Converter().convert(value, 0);
}

}  // namespace yolo::checkpoint
