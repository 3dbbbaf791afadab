// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/read/module_tree.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::checkpoint {

namespace {

// The largest models have about 1,000 modules in 8 levels; shared modules may be visited many times.
constexpr int deepest_module = 32;
constexpr std::size_t most_visited_items = 2'000'000, most_modules = 20'000;

/// The member of the root that is run; others (a loss, say) are off the forward path.
constexpr std::string_view network = "model";

/// The pairs of a dict of a module's state; of a plain text key only.
template <class Visit>
void for_each_entry(const Value* dict, Visit visit) {
    if (dict == nullptr || !dict->is(Value::Kind::dict)) return;
    for (std::size_t i = 0; i + 1 < dict->items.size(); i += 2) {
        if (dict->items[i]->is(Value::Kind::text)) visit(dict->items[i]->text, *dict->items[i + 1]);
    }
}

std::string join(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

bool is_non_persistent(const Module& module, std::string_view buffer) {
    const Value* set = module.attribute("_non_persistent_buffers_set");
    if (set == nullptr) return false;
    for (const Value* item : set->items) {
        if (item->is(Value::Kind::text) && item->text == buffer) return true;
    }
    return false;
}

class Walk {
  public:
    ModuleTree tree;

    void visit(const Value& object, std::string path, int depth) {
        const Module module = {std::move(path), object.callee(), &object};
        count(object, module.path, depth);
        tree.modules.push_back(module);
        for_each_entry(module.attribute("_parameters"),
                       [&](std::string_view name, const Value& value) { add_tensor(module, name, value); });
        for_each_entry(module.attribute("_buffers"), [&](std::string_view name, const Value& value) {
            if (!is_non_persistent(module, name)) add_tensor(module, name, value);
        });
        for_each_entry(module.attribute("_modules"), [&](std::string_view name, const Value& value) {
            if (value.is(Value::Kind::none)) return;
            if (depth == 0 && name != network) return;
            if (!is_module(value))
                throw Error(fmt::format("its part '{}' is not a module", join(module.path, name)));
            visit(value, join(module.path, name), depth + 1);
        });
    }

  private:
    void add_tensor(const Module& module, std::string_view name, const Value& value) {
        if (value.is(Value::Kind::none)) return;  // a convolution without bias
        tree.tensors.emplace_back(join(module.path, name), &value);
    }

    void count(const Value& object, const std::string& path, int depth) {
        if (depth > deepest_module)
            throw Error(fmt::format("its modules are nested deeper than '{}'", path.substr(0, 40)));
        visited_ += 1;
        for (const std::string_view part :
             {"_parameters", "_buffers", "_modules", "_non_persistent_buffers_set"}) {
            if (const Value* items = object.find(part)) visited_ += items->items.size();
        }
        if (object.state() != nullptr) visited_ += object.state()->items.size();
        if (visited_ > most_visited_items || tree.modules.size() > most_modules) {
            throw Error("it has more modules than any model");
        }
    }

    std::size_t visited_ = 0;
};

}  // namespace

const Module* ModuleTree::find(std::string_view path) const {
    const auto found = by_path.find(path);
    return found != by_path.end() ? &modules[found->second] : nullptr;
}

bool is_module(const Value& value) {
    const Value* children = value.is(Value::Kind::object) ? value.find("_modules") : nullptr;
    return children != nullptr && children->is(Value::Kind::dict) && !value.callee().empty();
}

ModuleTree read_modules(const Value& root) {
    Walk walk;
    walk.visit(root, "", 0);
    ModuleTree tree = std::move(walk.tree);
    for (std::size_t i = 0; i < tree.modules.size(); ++i) tree.by_path.emplace(tree.modules[i].path, i);
    return tree;
}

}  // namespace yolo::checkpoint
