// SPDX-License-Identifier: Apache-2.0
#include "export/torchscript/script_suppression.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "export/common/suppression.hpp"
#include "export/torchscript/script_text.hpp"

namespace yolo::exports {

namespace {

/// Operations of TorchScript. Values are variables, or numbers as they are written.
class ScriptOps {
  public:
    using Value = std::string;

    ScriptOps(ScriptModule& module, const graph::SuppressionRule& rule) : module_(module), rule_(rule) {}

    Value number(float value) { return script_real(value); }
    Value list(const std::vector<float>& values) {
        return module_.buffer(Tensor::from({static_cast<std::int64_t>(values.size())}, values));
    }
    // Numbers only come second, but for `1 - x`.
    Value add(const Value& a, const Value& b) { return call("add", {a, b}); }
    Value sub(const Value& a, const Value& b) {
        return is_number(a) ? call("rsub", {b, a}) : call("sub", {a, b});
    }
    Value mul(const Value& a, const Value& b) { return call("mul", {a, b}); }
    Value div(const Value& a, const Value& b) { return call("div", {a, b}); }
    Value maximum(const Value& a, const Value& number) { return call("clamp", {a, number, "None"}); }
    Value neg(const Value& x) { return call("neg", {x}); }
    Value sqrt(const Value& x) { return call("sqrt", {x}); }
    Value exp(const Value& x) { return call("exp", {x}); }
    Value log(const Value& x) { return call("log", {x}); }
    Value sine(const Value& x) { return call("sin", {x}); }
    Value cosine(const Value& x) { return call("cos", {x}); }
    Value clamped(const Value& x, float low, float high) {
        return call("clamp", {x, number(low), number(high)});
    }
    Value greater(const Value& a, const Value& b) { return call("gt", {a, b}); }
    Value less(const Value& a, const Value& b) { return call("lt", {a, b}); }
    Value both(const Value& a, const Value& b) { return call("logical_and", {a, b}); }
    Value any(const Value& x) { return call("any", {x, "1", "True"}); }
    Value chosen(const Value& condition, const Value& a, const Value& b) {
        if (is_number(a)) return call("masked_fill", {b, condition, a});
        return call("masked_fill", {a, call("logical_not", {condition}), b});
    }
    Value result(const Value& condition, const Value& a, const Value& b) { return chosen(condition, a, b); }
    Value slice(const Value& x, std::int64_t axis, std::int64_t begin, std::int64_t end) {
        return call("slice", {x, std::to_string(axis), std::to_string(begin), std::to_string(end), "1"});
    }
    Value joined(const std::vector<Value>& parts) {
        return call("cat", {fmt::format("[{}]", fmt::join(parts, ", ")), "1"});
    }
    Value padded(const Value& x, std::int64_t count) {
        return call("constant_pad_nd", {x, fmt::format("[0, {}]", count)});
    }
    Value reshaped(const Value& x, const std::vector<std::int64_t>& dims) {
        return assigned(script_reshape(x, dims));
    }
    Value swapped(const Value& x) { return call("transpose", {x, "1", "2"}); }
    std::pair<Value, Value> best_class(const Value& x) {
        const Value best = call("amax", {x, "[1]", "True"});
        return {best, call("to", {call("argmax", {x, "1", "True"}), "6"})};  // 6: float32
    }
    std::pair<Value, Value> best_of(const Value& x, std::int64_t count) {
        const auto [values, places] = sorted(x, "1");
        return {slice(values, 1, 0, count), slice(places, 1, 0, count)};
    }
    Value rows_at(const Value& table, const Value& indices, std::int64_t count) {
        const Value spread = assigned(fmt::format("torch.expand({}, [-1, {}, torch.size({}, 2)])",
                                                  reshaped(indices, {0, count, 1}), count, table));
        return call("gather", {table, "1", spread});
    }
    /// Picture by picture the best of those that are left, which hides others.
    Value upright_kept(const Value& boxes, const Value& scores) {
        const Value kept = call("zeros_like", {reshaped(scores, {0, -1})});
        const Value all = reshaped(scores, {0, -1});
        module_.line(fmt::format("for picture in range(torch.size({}, 0)):", all));
        const ScriptModule::Indent body(module_);
        const Value own = call("select", {all, "0", "picture"}),
                    corners = call("select", {boxes, "0", "picture"});
        const auto [values, places] = sorted(own, "0");
        const Value count = assigned(fmt::format("int(torch.sum(torch.gt({}, 0.)))", values));
        module_.line(fmt::format("left = torch.slice({}, 0, 0, {}, 1)", places, count));
        module_.line("found = 0");
        module_.line(fmt::format(
            "while torch.__and__(torch.gt(torch.size(left, 0), 0), torch.lt(found, {})):", rule_.max_det));
        const ScriptModule::Indent loop(module_);
        keep_first(corners, own, call("select", {kept, "0", "picture"}));
        return kept;
    }

  private:
    void keep_first(const Value& corners, const Value& scores, const Value& kept) {
        const Value first = call("slice", {"left", "0", "0", "1", "1"});
        const Value others = call("slice", {"left", "0", "1", "9223372036854775807", "1"});
        call("index_copy_", {kept, "0", first, call("index_select", {scores, "0", first})});
        const Value box = call("index_select", {corners, "0", first});
        const Value rest = call("index_select", {corners, "0", others});
        const auto side = [&](const Value& x, const char* i) { return call("select", {x, "1", i}); };
        const auto overlap = [&](const char* low, const char* high) {
            const Value end = call("minimum", {side(box, high), side(rest, high)});
            const Value begin = call("maximum", {side(box, low), side(rest, low)});
            return call("clamp", {sub(end, begin), "0.", "None"});
        };
        const auto area = [&](const Value& x) {
            return mul(sub(side(x, "2"), side(x, "0")), sub(side(x, "3"), side(x, "1")));
        };
        const Value inside = mul(overlap("0", "2"), overlap("1", "3"));
        const Value iou = div(inside, sub(add(area(box), area(rest)), inside));
        const Value stays = call("logical_not", {greater(iou, number(float_limit(rule_.iou)))});
        module_.line(fmt::format("left = torch.masked_select({}, {})", others, stays));
        module_.line("found = torch.add(found, 1)");
    }
    std::pair<Value, Value> sorted(const Value& x, const char* axis) {  // equal ones stay in order
        const Value values = fmt::format("s{}", next_++), places = fmt::format("s{}", next_++);
        module_.line(fmt::format("{}, {} = torch.sort({}, stable=True, dim={}, descending=True)", values,
                                 places, x, axis));
        return {values, places};
    }
    static bool is_number(const Value& x) { return x.find_first_of("0123456789") == 0; }
    Value assigned(const std::string& expression) {
        const Value variable = fmt::format("s{}", next_++);
        module_.line(fmt::format("{} = {}", variable, expression));
        return variable;
    }
    Value call(const char* function, const std::vector<std::string>& arguments) {
        return assigned(script_call(function, arguments));
    }

    ScriptModule& module_;
    const graph::SuppressionRule& rule_;
    int next_ = 0;
};

}  // namespace

std::string add_suppression(ScriptModule& module, const graph::NonMaxSuppression& op,
                            const std::string& columns, std::optional<std::int64_t> anchors) {
    ScriptOps ops(module, op.rule);
    return Suppression(ops, op, anchors).rows(columns);
}

}  // namespace yolo::exports
