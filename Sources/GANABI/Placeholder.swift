import GAN
