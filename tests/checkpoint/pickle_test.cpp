// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/pickle/pickle.hpp"

#include <gmock/gmock.h>

#include "checkpoint/load_content.hpp"
#include "checkpoint/pickle_code.hpp"

namespace yolo::test {
namespace {

using checkpoint::Pickle;
using checkpoint::Value;
using ::testing::HasSubstr;
using Kind = Value::Kind;
using namespace std::string_literals;

Pickle parse(const std::string& content) {
    return Pickle::parse(bytes_of(content));
}
std::string refusal(const pickle::Code& object) {
    return error_of([&] { parse(pickle::whole(object)); });
}

/// The items of the tuple that the code leaves.
std::vector<Value> values(const pickle::Code& body) {
    static std::vector<Pickle> kept;  // texts are views of their pickles
    kept.push_back(parse("\x80\x05(" + body + "t."));
    std::vector<Value> items;
    for (const Value* item : kept.back().root().items) items.push_back(*item);
    return items;
}

TEST(Pickle, Numbers) {
    const auto list =
        values("NK\xffM\x34\x12J\xfe\xff\xff\xff\x88\x89"s + "\x8a\x00"s + "\x8a\x01\xff"s +
               "\x8a\x02\x00\x80"s + "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f"s + "G\x3f\xf8\0\0\0\0\0\0"s);
    ASSERT_EQ(list.size(), 11U);
    EXPECT_TRUE(list[0].is(Kind::none));
    const std::vector<std::int64_t> integers = {255, 0x1234, -2, 1, 0, 0, -1, -32768, INT64_MAX};
    for (std::size_t i = 0; i < integers.size(); ++i) EXPECT_EQ(list[i + 1].integer, integers[i]) << i;
    EXPECT_TRUE(list[4].is(Kind::boolean));
    EXPECT_EQ(list[10].real, 1.5);
}

TEST(Pickle, Texts) {
    const auto list = values("X\x02\0\0\0ab"s + "\x8c\x01x"s + "\x8d\x01\0\0\0\0\0\0\0y"s + "B\x01\0\0\0z"s +
                             "C\x01w"s + "\x8e\x01\0\0\0\0\0\0\0v"s + "\x96\x01\0\0\0\0\0\0\0u"s + "U\x01t"s);
    ASSERT_EQ(list.size(), 8U);
    const std::vector<std::string> texts = {"ab", "x", "y", "z", "w", "v", "u", "t"};
    for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(list[i].text, texts[i]);
    EXPECT_TRUE(list[2].is(Kind::text));
    EXPECT_TRUE(list[3].is(Kind::bytes));
}

TEST(Pickle, Containers) {
    const auto list =
        values(")]}\x8f"s + "K\1\x85" + "K\1K\2\x86" + "K\1K\2K\3\x87" + "(K\1K\2l" + "(K\1K\2d" +
               "(K\1\x91" + "]K\1a" + "](K\1K\2e" + "}K\1K\2s" + "}(K\1K\2K\3K\4u" + "\x8f(K\1K\2\x90");
    const std::vector<std::pair<Kind, std::size_t>> expected = {
        {Kind::tuple, 0}, {Kind::list, 0},  {Kind::dict, 0}, {Kind::set, 0},  {Kind::tuple, 1},
        {Kind::tuple, 2}, {Kind::tuple, 3}, {Kind::list, 2}, {Kind::dict, 2}, {Kind::set, 1},
        {Kind::list, 1},  {Kind::list, 2},  {Kind::dict, 2}, {Kind::dict, 4}, {Kind::set, 2}};
    ASSERT_EQ(list.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(list[i].kind, expected[i].first) << i;
        ASSERT_EQ(list[i].items.size(), expected[i].second) << i;
        for (std::size_t j = 0; j < list[i].items.size(); ++j) {
            EXPECT_EQ(list[i].items[j]->integer, static_cast<std::int64_t>(j) + 1);
        }
    }
}

TEST(Pickle, StackMemoAndFrames) {
    const auto list = values("K\1K\2"s + "0" + "2" + "(K\3" + "1" + "q\5h\5" + "r\6\0\0\0j\6\0\0\0"s +
                             "\x94h\7" + "\x95\1\0\0\0\0\0\0\0"s + "K\4");
    std::vector<std::int64_t> integers;
    for (const Value& value : list) integers.push_back(value.integer);
    EXPECT_EQ(integers, (std::vector<std::int64_t>{1, 1, 1, 1, 1, 4}));
}

TEST(Pickle, ObjectsKeepTheirClassArgumentsAndState) {
    const pickle::Code state = pickle::named({{"a", pickle::integer(1)}});
    const pickle::Code with_slots = pickle::tuple({state, pickle::none()});
    const Pickle parsed = parse(pickle::whole(
        pickle::tuple({pickle::instance(pickle::global("a.b", "C"), state),
                       pickle::instance(pickle::global("a", "D"), with_slots),
                       pickle::text("m") + pickle::text("F") + "\x93" + pickle::integers({7}) + "R"})));
    const auto& items = parsed.root().items;
    EXPECT_EQ(items[0]->callee(), "a.b.C");
    ASSERT_NE(items[0]->find("a"), nullptr);
    EXPECT_EQ(items[0]->find("a")->integer, 1);
    EXPECT_EQ(items[0]->find("b"), nullptr);
    EXPECT_EQ(items[1]->find("a")->integer, 1);
    EXPECT_EQ(items[2]->callee(), "m.F");
    EXPECT_EQ(items[2]->arguments().at(0)->integer, 7);
    EXPECT_EQ(parsed.symbols().size(), 3U);
}

TEST(Pickle, KnownCallsBecomeData) {
    const pickle::Code pairs = pickle::list({pickle::tuple({pickle::text("k"), pickle::integer(5)})});
    const Pickle parsed = parse(pickle::whole(pickle::tuple(
        {pickle::ordered_dict() + pickle::text("x") + pickle::integer(1) + "s",
         pickle::call(pickle::global("collections", "OrderedDict"), {pairs}),
         pickle::call(pickle::global("__builtin__", "set"), {pickle::list({pickle::integer(3)})}),
         pickle::call(pickle::global("_codecs", "encode"),
                      {pickle::text("a\xc3\xbf"), pickle::text("latin1")})})));
    const auto& items = parsed.root().items;
    EXPECT_EQ(items[0]->find("x")->integer, 1);
    EXPECT_EQ(items[1]->find("k")->integer, 5);
    EXPECT_TRUE(items[2]->is(Kind::set));
    EXPECT_EQ(items[3]->text, "a\xff");
}

TEST(Pickle, OfEqualKeysTheLastCounts) {
    const Pickle parsed =
        parse(pickle::whole(pickle::named({{"k", pickle::integer(1)}, {"k", pickle::integer(2)}})));
    EXPECT_EQ(parsed.root().find("k")->integer, 2);
}

TEST(Pickle, CallsThatActAreRefusedByName) {
    const std::vector<std::pair<std::string, std::string>> callees = {
        {"os", "system"},
        {"posix", "system"},
        {"nt", "system"},
        {"subprocess", "Popen"},
        {"builtins", "eval"},
        {"__builtin__", "exec"},
        {"builtins", "__import__"},
        {"importlib", "import_module"},
        {"shutil", "rmtree"},
        {"torch.hub", "load"},
        {"torch", "load"},
        {"socket", "Socket"},
        {"runpy", "run_path"},
        {"webbrowser", "open"},
        {"numpy.testing._private.utils", "runstring"},
        {"functools", "partial"},
        {"operator", "attrgetter"},
        {"mine", "do_it"}};
    for (const auto& [module, name] : callees) {
        const std::string message =
            refusal(pickle::call(pickle::global(module, name), {pickle::text("touch /tmp/owned")}));
        EXPECT_THAT(message, HasSubstr("calls '" + module + "." + name + "'"));
        EXPECT_THAT(message, HasSubstr("nothing was run"));
    }
    EXPECT_THAT(refusal(pickle::text("os") + pickle::text("system") + "\x93" +
                        pickle::tuple({pickle::text("ls")}) + "R"),
                HasSubstr("'os.system'"));
}

TEST(Pickle, WaysAroundTheNamesAreRefusedToo) {
    const pickle::Code system = pickle::call(pickle::global("builtins", "getattr"),
                                             {pickle::global("os", "path"), pickle::text("system")});
    EXPECT_THAT(refusal(pickle::call(system, {pickle::text("ls")})), HasSubstr("nothing was run"));
    EXPECT_THAT(refusal(pickle::instance(pickle::global("subprocess", "Popen"), pickle::dict({}))),
                HasSubstr("'subprocess.Popen'"));
}

TEST(Pickle, UnknownClassesAreOnlyNames) {
    const Pickle parsed =
        parse(pickle::whole(pickle::call(pickle::global("mine", "Thing"), {pickle::integer(1)})));
    EXPECT_EQ(parsed.root().callee(), "mine.Thing");
    EXPECT_EQ(parsed.objects().size(), 1U);
}

TEST(Pickle, DamageIsAnError) {
    const std::vector<std::string> bad = {"",
                                          "\x80",
                                          "\x80\x02",
                                          "\x80\x02."s,
                                          "\x80\x06N."s,
                                          "(lp0\n."s,
                                          "\x80\x02"
                                          "K\1a."s,
                                          "\x80\x02)K\1a."s,
                                          "\x80\x02}K\1s."s,
                                          "\x80\x02}(K\1u."s,
                                          "\x80\x02(e."s,
                                          "\x80\x02t."s,
                                          "\x80\x02"
                                          "0."s,
                                          "\x80\x02K\1(\x85."s,
                                          "\x80\x02h\1."s,
                                          "\x80\x02Nr\xff\xff\xff\xff."s,
                                          "\x80\x02X\xff\xff\xff\xff"
                                          "a."s,
                                          "\x80\x02NR."s,
                                          "\x80\x02"
                                          "b."s,
                                          "\x80\x02"
                                          "cos"s,
                                          "\x80\x02K\1K\2\x93."s,
                                          "\x80\x02\x8d\xff\xff\xff\xff\xff\xff\xff\xff."s,
                                          "\x80\x02(."s,
                                          "\x80\x02(1."s,
                                          "\x80\x02NI1\n."s,
                                          "\x80\x02}K\1e."s,
                                          "\x80\x02](K\1u."s,
                                          "\x80\x02N(K\1e."s};
    for (const std::string& content : bad)
        EXPECT_THROW(parse(content), Error) << testing::PrintToString(content);
    EXPECT_THAT(error_of([] { parse("\x80\x02NV."); }), HasSubstr("opcode 0x56 at byte 3"));
    EXPECT_THAT(error_of([] { parse("\x80\x02N"); }), HasSubstr("cut short"));
}

TEST(Pickle, DeepAndCyclicStructuresAreFine) {
    std::string deep = "\x80\x02N";
    deep.append(1'000'000, '\x85');
    EXPECT_TRUE(parse(deep + ".").root().is(Kind::tuple));
    const Pickle cyclic = parse("\x80\x02]q\1h\1a.");
    EXPECT_EQ(cyclic.root().items.at(0), &cyclic.root());
}

TEST(Pickle, GrowthIsBounded) {
    std::string doubling = "\x80\x02]q\0"s;  // set(list) copies its list; each round refers to it twice more
    for (int i = 0; i < 100; ++i) doubling += "c__builtin__\nset\n(]("s + std::string(i * 100U, 'N') + "etR0";
    EXPECT_NO_THROW(parse(doubling + "N."));
    std::string copies = "\x80\x02](" + std::string(500'000, 'N') + "eq\0"s;
    for (int i = 0; i < 100; ++i) copies += "c__builtin__\nset\n(h\0tR0"s;
    EXPECT_THAT(error_of([&] { parse(copies + "N."); }), HasSubstr("longer lists"));
    EXPECT_THAT(error_of([] { parse("\x80\x02" + std::string(3'000'000, ')') + "."); }),
                HasSubstr("more values"));
}

}  // namespace
}  // namespace yolo::test
