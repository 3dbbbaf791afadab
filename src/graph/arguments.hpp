// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "core/python_literal.hpp"

namespace yolo::graph {

/// The arguments of one YAML row, by position. Reading one checks it; messages name it as the block's
/// signature does.
class Arguments {
  public:
    Arguments() = default;
    explicit Arguments(Json list) : list_(std::move(list)) {}

    /// The names by position. Throws Error when more arguments were given than there are names.
    void expect(const std::vector<std::string_view>& names);

    bool has(std::size_t i) const { return i < list_.size() && !list_[i].is_null(); }
    /// An integer in [low, high]. Throws Error when it is absent or anything else.
    int integer(std::size_t i, int low, int high) const;
    int integer_or(std::size_t i, int otherwise, int low, int high) const;
    bool boolean_or(std::size_t i, bool otherwise) const;
    double number_or(std::size_t i, double otherwise, double low, double high) const;

    const Json& list() const { return list_; }
    Json& list() { return list_; }
    /// As Python writes it: "[16, 32, 3, True, 'nearest']".
    std::string text() const;

  private:
    std::string name(std::size_t i) const;

    Json list_ = Json::array();
    std::vector<std::string_view> names_;
};

}  // namespace yolo::graph
