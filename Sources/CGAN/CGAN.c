#include "CGAN.h"
