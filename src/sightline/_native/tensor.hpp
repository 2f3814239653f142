// The number in a one-element TensorProto, whatever its dtype and however it was written.
#pragma once

#include "wire.hpp"

namespace sightline {

enum class TensorScalar { number, other, malformed };

// `other`: no single number (strings, complex, more or fewer elements, content of another size).
TensorScalar tensor_scalar(Span tensor, double& number);

}  // namespace sightline
