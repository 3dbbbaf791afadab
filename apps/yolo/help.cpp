// SPDX-License-Identifier: Apache-2.0
#include "help.hpp"

#include <fmt/format.h>

#include <yolo/config.hpp>
#include <yolo/error.hpp>
#include <yolo/version.hpp>

namespace yolo::cli {

namespace {

constexpr const char* usage_text = R"(yolo {version}: YOLOv8 without Python

    yolo [TASK] MODE [KEY=VALUE ...]

TASK  detect, segment, pose, obb or classify; may be left out, the model knows its own
MODE  train                       make a model from a data set
      val                         measure a model on a data set
      predict                     find things in pictures, videos and streams
      track                       predict, with numbers that objects keep from frame to frame
      export                      write a model for other runtimes: ONNX, OpenVINO, TorchScript, NCNN, LiteRT
      benchmark                   every export format with every engine: size, accuracy, speed; mode=train: training
KEY   what to use and how: model, source, conf, imgsz ... in any order

Examples
    yolo detect train data=data.yaml model=yolov8n.yaml epochs=100 imgsz=640
    yolo val model=runs/detect/train/weights/best.pt data=data.yaml
    yolo predict model=yolov8n.pt source=bus.jpg
    yolo predict model=yolov8n-seg.pt source=videos/ conf=0.4 save_txt
    yolo predict model=yolov8n-pose.pt source=0 show imgsz=320
    yolo track model=yolov8n.pt source=street.mp4 tracker=bytetrack.yaml
    yolo export model=best.pt format=onnx,openvino
    yolo benchmark model=best.pt data=data.yaml

Other commands
    yolo help predict       every option of a mode
    yolo help conf          one option, or another word
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

/// One line for the name, one for the sentence, one for the modes: sentences are too long for columns.
std::string paragraph(const OptionSpec& option) {
    const std::string value = option.default_text.empty() ? "" : fmt::format("={}", option.default_text);
    return fmt::format("{}{}  ({})\n    {}\n", option.name, value, describe(option), option.help);
}

std::string options_of(Mode mode) {
    std::string text;
    for (const OptionSpec& option : option_table()) {
        const unsigned modes = option.used_by();
        if ((modes & bit(mode)) != 0) text += paragraph(option);
    }
    return text;
}

struct Word {
    std::string_view word;
    std::string_view meaning;
};

/// Other words of a command line.
constexpr Word words_known[] = {
    {"detect",
     "detect is a task: upright boxes around things. Write it in front of the mode: yolo detect train ..."},
    {"segment",
     "segment is a task: boxes and outlines of things. Write it in front of the mode: yolo segment train "
     "..."},
    {"obb",
     "obb is a task: boxes that are turned with the thing. Write it in front of the mode: yolo obb train "
     "..."},
    {"classify",
     "classify is a task: one class for a whole picture. Write it in front of the mode: yolo classify train "
     "..."},
    {"pose", "pose is also a task: boxes and keypoints. Write it in front of the mode: yolo pose train ..."},
    {"data", "yolo data check and yolo data shapes are commands, too: yolo help check, yolo help shapes."},
    {"checks", "yolo checks says what this machine and this build are."},
    {"version", "yolo version prints the version alone."},
    {"settings",
     "yolo settings prints what holds for every run, yolo settings KEY=VALUE changes it, yolo settings reset "
     "goes back to the defaults. Keys: datasets_dir, weights_dir, runs_dir, tensorboard."},
    {"copy-cfg", "yolo copy-cfg writes every option with its default into default_copy.yaml."},
    {"info", "yolo info model=FILE prints layers, parameters, GFLOPs and pre-processing of a model."},
    {"shapes",
     "yolo data shapes task=TASK n=500 out=FOLDER makes a data set of drawn shapes, to try training on."},
    {"check", "yolo data check data=FILE.yaml looks at every picture and label of a data set."},
    {"debug",
     "yolo debug tensors model=FILE input=A.safetensors output=B.safetensors writes a network's raw "
     "outputs."},
    {"tensors",
     "yolo debug tensors model=FILE input=A.safetensors output=B.safetensors writes a network's raw "
     "outputs."},
    {"help",
     "yolo help says how a command is written, yolo help WORD what a mode, an option or another word means."},
};

/// What is known of one word; empty when nothing is.
std::string word_text(const std::string& word) {
    const OptionSpec* option = find_option(word);
    std::string text;
    if (const auto mode = find_mode(word)) text += options_of(*mode);
    if (option != nullptr)
        text += paragraph(*option) + fmt::format("    modes: {}\n", describe_modes(*option));
    if (const std::string old = explain_old_name(word); !old.empty()) text += old + "\n";
    for (const Word& known : words_known) {
        if (known.word == word) text += std::string(known.meaning) + "\n";
    }
    return text;
}

}  // namespace

std::string help_text(const std::vector<std::string>& words) {
    std::string text;
    std::vector<std::string> unknown;
    for (const std::string& given : words) {
        const std::string word = given.substr(0, given.find('='));  // help conf=0.5 asks about conf
        const std::string known = word_text(word.starts_with("--") ? word.substr(2) : word);
        if (known.empty()) unknown.push_back(word);
        text += known;
    }
    if (!unknown.empty()) throw UsageError(unknown_options_message(unknown));
    return words.empty() ? with_version(usage_text) : text;
}

}  // namespace yolo::cli
