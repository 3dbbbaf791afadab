// SPDX-License-Identifier: Apache-2.0
#include "help.hpp"

#include <fmt/format.h>

#include <yolo/config.hpp>
#include <yolo/version.hpp>

namespace yolo::cli {

namespace {

constexpr const char* usage_text = R"(yolo {version}: YOLOv8 without Python

    yolo [TASK] MODE [KEY=VALUE ...]

TASK  detect, segment, pose, obb or classify; may be left out, the model knows its own
MODE  train                       make a model from a data set
      val                         measure a model on a data set
      predict                     find things in pictures, videos and streams
      export, track, benchmark    not part of this version yet
KEY   what to use and how: model, source, conf, imgsz ... in any order

Examples
    yolo detect train data=data.yaml model=yolov8n.yaml epochs=100 imgsz=640
    yolo val model=runs/detect/train/weights/best.pt data=data.yaml
    yolo predict model=yolov8n.pt source=bus.jpg
    yolo predict model=yolov8n-seg.pt source=videos/ conf=0.4 save_txt
    yolo predict model=yolov8n-pose.pt source=0 show imgsz=320

Other commands
    yolo help predict       every option of a mode
    yolo help conf          one option
    yolo info model=FILE    layers, parameters, GFLOPs and pre-processing of a model
    yolo checks             this machine and this build
    yolo version            the version alone
    yolo settings           folders that hold for every run; settings KEY=VALUE, settings reset
    yolo cfg                every option with its default, as YAML
    yolo copy-cfg           the same into default_copy.yaml, to change and give as cfg=FILE
    yolo data check data=FILE.yaml [task=TASK]
                            looks at every picture and label of a data set and says what is wrong
    yolo data shapes task=TASK n=500 out=FOLDER [imgsz=320 seed=0]
                            makes a data set of drawn shapes with exact labels, to try training on
    yolo debug tensors model=FILE input=A.safetensors output=B.safetensors [engine= half= threads=]
                            the network's raw outputs for a given batch
)";

std::string with_version(std::string text) {
    const std::string place = "{version}";
    return text.replace(text.find(place), place.size(), version);
}

/// One line for the name, one for the sentence: sentences are too long for columns.
std::string paragraph(const OptionSpec& option) {
    const std::string value = option.default_text.empty() ? "" : fmt::format("={}", option.default_text);
    std::string range = describe(option.type);
    if (option.minimum) range += fmt::format(", at least {}", *option.minimum);
    if (option.maximum) range += fmt::format(", at most {}", *option.maximum);
    return fmt::format("{}{}  ({})\n    {}\n", option.name, value, range, option.help);
}

std::string options_of(Mode mode) {
    std::string text;
    for (const OptionSpec& option : option_table()) {
        if ((option.modes & ~option.pending & bit(mode)) != 0) text += paragraph(option);
    }
    return text;
}

}  // namespace

std::string help_text(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        if (const auto mode = find_mode(word)) {
            text += options_of(*mode);
        } else if (const OptionSpec* option = find_option(word)) {
            text += paragraph(*option);
        }
    }
    return text.empty() ? with_version(usage_text) : text;
}

}  // namespace yolo::cli
