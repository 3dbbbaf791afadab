// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "checkpoint/pickle/pickle.hpp"

namespace yolo::checkpoint {

/// A pickled torch.nn.Module.
struct Module {
    std::string path;             ///< "model.2.m.0.cv1"; "" for the root
    std::string_view class_name;  ///< "ultralytics.nn.modules.conv.Conv"
    const Value* object = nullptr;

    std::string_view type() const { return last_name(class_name); }
    /// An attribute of its own, or null.
    const Value* attribute(std::string_view name) const { return object->find(name); }
};

/// A model taken apart into its modules and its tensors, both in the order of registration.
struct ModuleTree {
    std::vector<Module> modules;                                ///< the root first
    std::vector<std::pair<std::string, const Value*>> tensors;  ///< parameters and buffers by official name
    std::map<std::string_view, std::size_t> by_path;            ///< index into `modules`

    const Module& root() const { return modules.front(); }
    const Module* find(std::string_view path) const;
};

/// Whether a value is a pickled module: an object whose state has `_modules`.
bool is_module(const Value& value);

/// The root and what is below its member `model`, the network. Throws Error when modules contain themselves
/// or are more than any model has.
ModuleTree read_modules(const Value& root);

}  // namespace yolo::checkpoint
