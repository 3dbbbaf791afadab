// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/pickle/pickle_calls.hpp"

#include <algorithm>
#include <array>

namespace yolo::checkpoint {

namespace {

/// Functions that files of PyTorch and its companions call when they are read. A class is told from a
/// function by its capital letter; every other function is refused.
constexpr std::array known_functions = std::to_array<std::string_view>({
    "__builtin__.bytearray",
    "__builtin__.complex",
    "__builtin__.frozenset",
    "__builtin__.getattr",
    "__builtin__.slice",
    "_codecs.encode",
    "builtins.bytearray",
    "builtins.complex",
    "builtins.frozenset",
    "builtins.getattr",
    "builtins.slice",
    "collections.deque",
    "copy_reg._reconstructor",
    "copyreg._reconstructor",
    "datetime.date",
    "datetime.datetime",
    "datetime.time",
    "datetime.timedelta",
    "datetime.timezone",
    "numpy._core.multiarray._reconstruct",
    "numpy._core.multiarray.scalar",
    "numpy.core.multiarray._reconstruct",
    "numpy.core.multiarray.scalar",
    "numpy.dtype",
    "numpy.ndarray",
    "torch._tensor._rebuild_from_type_v2",
    "torch.device",
    "uuid.UUID",
});

/// Modules whose classes act on the machine when they are made.
constexpr std::array acting_modules = std::to_array<std::string_view>({
    "__builtin__",
    "_io",
    "_posixsubprocess",
    "asyncio",
    "builtins",
    "code",
    "commands",
    "concurrent",
    "ctypes",
    "ftplib",
    "http",
    "imaplib",
    "io",
    "multiprocessing",
    "nt",
    "os",
    "poplib",
    "popen2",
    "posix",
    "pty",
    "runpy",
    "shutil",
    "smtplib",
    "socket",
    "socketserver",
    "sqlite3",
    "subprocess",
    "sys",
    "telnetlib",
    "tempfile",
    "threading",
    "urllib",
    "webbrowser",
    "xmlrpc",
    "zipimport",
});

std::string_view first_name(std::string_view symbol) {
    return symbol.substr(0, symbol.find('.'));
}

bool looks_like_class(std::string_view symbol) {
    std::string_view name = symbol.substr(symbol.rfind('.') + 1);  // npos + 1 == 0
    name.remove_prefix(std::min(name.find_first_not_of('_'), name.size()));
    return !name.empty() && name.front() >= 'A' && name.front() <= 'Z';
}

}  // namespace

bool is_refused_class(std::string_view symbol) {
    return std::find(acting_modules.begin(), acting_modules.end(), first_name(symbol)) !=
           acting_modules.end();
}

CallMeaning meaning_of_call(std::string_view symbol) {
    if (symbol == "collections.OrderedDict" || symbol == "collections.defaultdict") return CallMeaning::dict;
    if (symbol == "__builtin__.set" || symbol == "builtins.set") return CallMeaning::set;
    if (symbol == "_codecs.encode") return CallMeaning::bytes;
    if (symbol.starts_with("torch._utils._rebuild_")) return CallMeaning::object;  // tensors of every kind
    if (std::find(known_functions.begin(), known_functions.end(), symbol) != known_functions.end()) {
        return CallMeaning::object;
    }
    return looks_like_class(symbol) && !is_refused_class(symbol) ? CallMeaning::object : CallMeaning::refused;
}

}  // namespace yolo::checkpoint
