// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace yolo::checkpoint {

/// What the pickle machine makes of a call to a symbol.
enum class CallMeaning {
    dict,     ///< OrderedDict(), OrderedDict(list of pairs)
    set,      ///< set(list)
    bytes,    ///< _codecs.encode(text, 'latin1')
    object,   ///< kept as (symbol, arguments); who reads the graph knows what to do with it
    refused,  ///< a function that has no place in a model's file
};

CallMeaning meaning_of_call(std::string_view symbol);

/// Whether objects of this class may be made at all: classes that start programs or open connections are
/// refused.
bool is_refused_class(std::string_view symbol);

}  // namespace yolo::checkpoint
