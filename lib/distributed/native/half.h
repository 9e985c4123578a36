/* IEEE half precision in plain C, rounded to nearest even: MPI has no type for it, and not every compiler has one. */
#ifndef TSPYRO_HALF_H
#define TSPYRO_HALF_H
#include <stdint.h>
#include <string.h>

static inline uint16_t half_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  uint32_t sign = (bits >> 16) & 0x8000u, rest = bits & 0x7fffffffu;
  if (rest >= 0x7f800000u) return (uint16_t)(sign | 0x7c00u | (rest > 0x7f800000u ? 0x200u : 0));
  if (rest >= 0x477ff000u) return (uint16_t)(sign | 0x7c00u);
  if (rest < 0x38800000u) {
    /* Below 2^-14: the sum is aligned so that its last bits are those of a subnormal half. */
    float magnitude, magic;
    uint32_t aligned = 0x3f000000u;
    memcpy(&magnitude, &rest, 4);
    memcpy(&magic, &aligned, 4);
    magnitude += magic;
    memcpy(&rest, &magnitude, 4);
    return (uint16_t)(sign | (rest - aligned));
  }
  uint32_t odd = (rest >> 13) & 1;
  return (uint16_t)(sign | ((rest - 0x38000000u + 0xfffu + odd) >> 13));
}

static inline float float_of(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000u) << 16, rest = half & 0x7fffu, bits;
  float value;
  if (rest >= 0x7c00u) {
    bits = sign | 0x7f800000u | ((rest & 0x3ffu) << 13);
    memcpy(&value, &bits, 4);
    return value;
  }
  if (rest < 0x400u) {
    value = (float)rest * 5.9604644775390625e-8f;
    return sign ? -value : value;
  }
  bits = sign | ((rest << 13) + 0x38000000u);
  memcpy(&value, &bits, 4);
  return value;
}
#endif
