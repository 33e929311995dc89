// hnswlib on the data that `akin bench index` takes, with the same output: one JSON line of build_seconds and, for each ef, recall and queries a second.
//   g++ -O3 -march=native -std=c++17 -pthread hnswlib_bench.cpp -o hnswlib_bench        (Debian: libhnswlib-dev)
//   ./hnswlib_bench vectors.npy queries.npy M EF_CONSTRUCTION EF,EF,... K BUILD_THREADS ROUNDS [cosine|dot|euclidean]
// Vectors are float32 .npy matrices. Searches run on one thread. An answer counts when its exact score reaches the exact k-th, so that
// ties cost nothing.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <hnswlib/hnswlib.h>

struct Matrix {
    size_t rows = 0, columns = 0;
    std::vector<float> values;
    const float* row(size_t i) const { return values.data() + i * columns; }
};

static void fail(const std::string& message) {
    std::fprintf(stderr, "%s\n", message.c_str());
    std::exit(1);
}

static Matrix read_npy(const char* path) {
    FILE* file = std::fopen(path, "rb");
    if (!file) fail(std::string("cannot open ") + path);
    unsigned char start[10];
    if (std::fread(start, 1, 10, file) != 10) fail("not a .npy file");
    std::string header(start[8] | start[9] << 8, ' ');
    if (std::fread(&header[0], 1, header.size(), file) != header.size()) fail("not a .npy file");
    Matrix matrix;
    size_t shape = header.find("'shape': (");
    if (header.find("'<f4'") == std::string::npos || shape == std::string::npos ||
        std::sscanf(header.c_str() + shape + 10, "%zu, %zu", &matrix.rows, &matrix.columns) != 2) fail("not a float32 matrix");
    matrix.values.resize(matrix.rows * matrix.columns);
    if (std::fread(matrix.values.data(), sizeof(float), matrix.values.size(), file) != matrix.values.size()) fail("the file is cut off");
    std::fclose(file);
    return matrix;
}

static void to_unit_length(Matrix& matrix) {
    for (size_t i = 0; i < matrix.rows; i++) {
        float* row = matrix.values.data() + i * matrix.columns;
        double square = 0;
        for (size_t j = 0; j < matrix.columns; j++) square += double(row[j]) * row[j];
        for (size_t j = 0; j < matrix.columns; j++) row[j] = float(row[j] / std::max(std::sqrt(square), 1e-12));
    }
}

static double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int main(int count, char** words) {
    if (count < 9) fail("vectors.npy queries.npy M EF_CONSTRUCTION EF,EF,... K BUILD_THREADS ROUNDS [cosine|dot|euclidean]");
    Matrix vectors = read_npy(words[1]), queries = read_npy(words[2]);
    size_t m = std::atoi(words[3]), ef_construction = std::atoi(words[4]), k = std::atoi(words[6]);
    int threads = std::atoi(words[7]), rounds = std::atoi(words[8]);
    std::string metric = count > 9 ? words[9] : "cosine";
    if (metric == "cosine") {
        to_unit_length(vectors);
        to_unit_length(queries);
    }

    std::unique_ptr<hnswlib::SpaceInterface<float>> space;
    if (metric == "euclidean") space.reset(new hnswlib::L2Space(vectors.columns));
    else space.reset(new hnswlib::InnerProductSpace(vectors.columns));
    hnswlib::DISTFUNC<float> distance = space->get_dist_func();

    auto start = std::chrono::steady_clock::now();
    hnswlib::HierarchicalNSW<float> index(space.get(), vectors.rows, m, ef_construction);
    std::atomic<size_t> next{1};
    index.addPoint(vectors.row(0), 0);
    auto add = [&] {
        for (size_t i; (i = next++) < vectors.rows;) index.addPoint(vectors.row(i), i);
    };
    std::vector<std::thread> workers;
    for (int i = 1; i < threads; i++) workers.emplace_back(add);
    add();
    for (auto& worker : workers) worker.join();
    double build_seconds = seconds_since(start);

    // The exact k-th distance of every query.
    std::vector<float> bounds(queries.rows), distances(vectors.rows);
    for (size_t i = 0; i < queries.rows; i++) {
        for (size_t j = 0; j < vectors.rows; j++) distances[j] = distance(queries.row(i), vectors.row(j), space->get_dist_func_param());
        std::nth_element(distances.begin(), distances.begin() + (k - 1), distances.end());
        bounds[i] = distances[k - 1] + 1e-6f;
    }

    std::printf("{\"build_seconds\":%.3f,\"results\":[", build_seconds);
    const char* separator = "";
    for (char* word = std::strtok(words[5], ","); word; word = std::strtok(nullptr, ",")) {
        index.setEf(std::atoi(word));
        double best = 0;
        size_t found = 0;
        // Of each 20 queries the best round counts, as in akin bench index: so few that on a busy machine one of the rounds is left alone.
        for (size_t first = 0; first < queries.rows; first += 20) {
            double group = 1e9;
            for (int round = 0; round < rounds; round++) {
                start = std::chrono::steady_clock::now();
                for (size_t i = first; i < std::min(queries.rows, first + 20); i++) {
                    auto answer = index.searchKnn(queries.row(i), k);
                    for (; !answer.empty(); answer.pop()) found += round == 0 && answer.top().first <= bounds[i];
                }
                group = std::min(group, seconds_since(start));
            }
            best += group;
        }
        std::printf("%s{\"ef\":%s,\"recall\":%.5f,\"qps\":%.1f}", separator, word, double(found) / (queries.rows * k), queries.rows / best);
        separator = ",";
    }
    std::printf("]}\n");
}
