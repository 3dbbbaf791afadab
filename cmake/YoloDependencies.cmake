# SPDX-License-Identifier: Apache-2.0
find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(ZLIB REQUIRED)
find_package(LibArchive REQUIRED)
find_package(Eigen3 REQUIRED) # headers only
find_package(JPEG REQUIRED)
find_package(PNG REQUIRED)
# core and imgproc load in 3 ms; imgcodecs, videoio and highgui (GDAL, FFmpeg, Qt) in 70 ms and 40 MB, so only
# plug-ins that are opened on demand link those.
find_package(OpenCV 4 REQUIRED COMPONENTS core imgproc imgcodecs videoio highgui)
find_package(PkgConfig REQUIRED)
pkg_check_modules(FFmpeg REQUIRED IMPORTED_TARGET libavformat>=59 libavcodec>=59 libavutil>=57 libswscale>=6) # 5.1
pkg_check_modules(httplib REQUIRED IMPORTED_TARGET cpp-httplib>=0.11) # the plug-in yolo_page
find_path(FLATBUFFERS_INCLUDE flatbuffers/flatbuffers.h REQUIRED) # headers alone
find_package(oneDNN REQUIRED) # cmake/FindoneDNN.cmake
find_package(LibTorch) # cmake/FindLibTorch.cmake; without it there is no training
